import type { RestProxyEvent, RestRequestContext } from "../../contract/rest-proxy-event.ts";
import type { ApiKeyAccess } from "./api-keys.ts";
import { formatRequestTime } from "./context-variables.ts";
import type { Exchange } from "./exchange.ts";
import { type SignedCaller, callerIdentity } from "./method-authorization.ts";
import type { EventBody } from "./request-body.ts";
import { addValue, droppedForLambda, forwardedHeaders, type MultiValues } from "./request-headers.ts";
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
  readonly caller: SignedCaller | undefined;
  readonly body: EventBody;
}

/**
 * The event for a function behind a proxy integration, payload version 1.0.
 *
 * @throws GatewayError for a broken percent-encoding.
 */
export function buildProxyEvent(source: ProxyEventSource): RestProxyEvent {
  const { exchange, stage, target, route, body } = source;
  const headers = forwardedHeaders(
    { exchange, authorization: route.method.authorization, bodyBytes: body.byteLength },
    droppedForLambda,
  );
  const query = new Map() as MultiValues;
  for (const [name, value] of parseQuery(target.query)) addValue(query, name, value);
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

function requestContext(source: ProxyEventSource): RestRequestContext {
  const { exchange, stage, route, target, apiKey, caller } = source;
  return {
    accountId: source.accountId,
    apiId: source.restApiId,
    resourceId: route.resource.id,
    resourcePath: route.resource.path,
    httpMethod: exchange.request.method ?? "",
    path: target.path,
    stage: stage.name,
    requestId: exchange.context.requestId,
    extendedRequestId: exchange.context.extendedRequestId,
    requestTime: formatRequestTime(exchange.context.requestTimeEpoch),
    requestTimeEpoch: exchange.context.requestTimeEpoch,
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
      sourceIp: exchange.context.sourceIp,
      user: null,
      userAgent: exchange.request.headers["user-agent"] ?? null,
      userArn: null,
      ...(caller && callerIdentity(caller, source.accountId)),
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.access.apiKeyId }),
    },
  };
}

function lastValues(values: MultiValues): Record<string, string> {
  return Object.fromEntries([...values].map(([name, list]) => [name, String(list.at(-1))]));
}
