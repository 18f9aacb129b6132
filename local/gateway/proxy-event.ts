import { randomBytes } from "node:crypto";
import type { RestProxyEvent, RestRequestContext } from "../../contract/rest-proxy-event.ts";
import type { ApiKeyAccess } from "./api-keys.ts";
import type { Exchange } from "./exchange.ts";
import type { EventBody } from "./request-body.ts";
import { droppedRequestHeaders } from "./request-headers.ts";
import { decode, parseQuery, type RequestTarget } from "./request-target.ts";
import type { Route } from "./router.ts";
import type { Stage } from "./stage.ts";

/** Everything a proxy event is made from. */
export interface ProxyEventSource {
  readonly exchange: Exchange;
  readonly restApiId: string;
  readonly accountId: string;
  readonly stage: Stage;
  readonly target: RequestTarget;
  readonly route: Route;
  readonly apiKey: { readonly value: string; readonly access: ApiKeyAccess } | undefined;
  readonly body: EventBody;
}

/** A name with each value it was given. */
type MultiValues = Map<string, string[]>;

/**
 * The event for a function behind a proxy integration, payload version 1.0.
 *
 * @throws GatewayError for a broken percent-encoding.
 */
export function buildProxyEvent(source: ProxyEventSource): RestProxyEvent {
  const { exchange, stage, target, route, body } = source;
  const headers = requestHeaders(source);
  const query = new Map() as MultiValues;
  for (const [name, value] of parseQuery(target.query)) add(query, name, value);
  const pathParameters = Object.entries(route.pathParameters);
  return {
    resource: route.resource.path,
    path: target.pathInStage,
    httpMethod: exchange.request.method ?? "",
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: query.size === 0 ? null : lastValues(query),
    multiValueQueryStringParameters: query.size === 0 ? null : Object.fromEntries(query),
    // The path stays encoded, its parameters are decoded.
    pathParameters:
      pathParameters.length === 0
        ? null
        : Object.fromEntries(pathParameters.map(([name, value]) => [name, decode(value)])),
    stageVariables: stage.variables,
    requestContext: requestContext(source),
    body: body.body,
    isBase64Encoded: body.isBase64Encoded,
  };
}

function requestHeaders({ exchange, route, body }: ProxyEventSource): MultiValues {
  const { rawHeaders, socket } = exchange.request;
  const headers = new Map() as MultiValues;
  const forwardedFor: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    const value = String(rawHeaders[index + 1]);
    const lowerCaseName = name.toLowerCase();
    if (droppedRequestHeaders.has(lowerCaseName) || lowerCaseName === "content-length") continue;
    if (lowerCaseName === "authorization" && isConsumed(value, route)) continue;
    if (lowerCaseName === "x-forwarded-for") forwardedFor.push(value);
    else if (!isSetByGateway(lowerCaseName)) add(headers, name, value);
  }
  headers.set("X-Forwarded-For", [[...forwardedFor, String(socket.remoteAddress)].join(", ")]);
  headers.set("X-Forwarded-Port", [String(socket.localPort)]);
  headers.set("X-Forwarded-Proto", ["http"]);
  headers.set("X-Amzn-Trace-Id", [traceId(Number(exchange.variables["requestTimeEpoch"]))]);
  if (body.byteLength > 0) headers.set("Content-Length", [String(body.byteLength)]);
  return headers;
}

/** A signature is for API Gateway, not for the function. */
function isConsumed(authorization: string, route: Route): boolean {
  return route.method.authorization === "AWS_IAM" || authorization.startsWith("AWS4-HMAC-SHA256");
}

function isSetByGateway(lowerCaseName: string): boolean {
  return ["x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"].includes(lowerCaseName);
}

/** Format: `Root=1-6a214c45-8f1d6c0e2b7a4d9c13579bdf`. */
function traceId(epochMilliseconds: number): string {
  const seconds = Math.floor(epochMilliseconds / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString("hex")}`;
}

function requestContext(source: ProxyEventSource): RestRequestContext {
  const { exchange, stage, route, target, apiKey } = source;
  return {
    accountId: source.accountId,
    apiId: source.restApiId,
    resourceId: route.resource.id,
    resourcePath: route.resource.path,
    httpMethod: exchange.request.method ?? "",
    path: target.path,
    stage: stage.name,
    requestId: exchange.requestId,
    extendedRequestId: exchange.extendedRequestId,
    requestTime: String(exchange.variables["requestTime"]),
    requestTimeEpoch: Number(exchange.variables["requestTimeEpoch"]),
    protocol: `HTTP/${exchange.request.httpVersion}`,
    domainName: exchange.request.headers.host ?? "",
    domainPrefix: source.restApiId,
    identity: {
      accessKey: null,
      accountId: null,
      caller: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: String(exchange.request.socket.remoteAddress),
      user: null,
      userAgent: exchange.request.headers["user-agent"] ?? null,
      userArn: null,
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.access.apiKeyId }),
    },
  };
}

function add(values: MultiValues, name: string, value: string): void {
  const others = values.get(name);
  if (others === undefined) values.set(name, [value]);
  else others.push(value);
}

function lastValues(values: MultiValues): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, String(list.at(-1))]));
}
