import type { Exchange } from "./exchange.ts";
import type { PrivateIntegration } from "./private-integration.ts";
import type { ProxyEventSource } from "./proxy-event.ts";
import { droppedForHttpProxy, forwardedHeaders, type MultiValues } from "./request-headers.ts";
import { decode, parseQuery } from "./request-target.ts";

/** A request as API Gateway sends it to an HTTP endpoint. */
export interface BackendRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/**
 * The client's request, made one for the endpoint of an HTTP proxy integration. The path is the uri's own with the
 * mapped path parameters in it: neither the stage nor the rest of the client's path is added.
 *
 * @throws GatewayError for a broken percent-encoding.
 */
export function buildBackendRequest(
  source: ProxyEventSource,
  integration: PrivateIntegration,
): BackendRequest {
  const clientMethod = String(source.exchange.request.method);
  const method = integration.httpMethod === "ANY" ? clientMethod : integration.httpMethod;
  const body = backendBody(source);
  return {
    method,
    path: withQuery(backendPath(source, integration), source.target.query),
    headers: backendHeaders(source, integration, method, body.length),
    body,
  };
}

/**
 * API Gateway decodes path parameters before it passes them on, and a uri can only carry them encoded: so `%2F` arrives
 * as a slash, and everything else as the client meant it. A name without mapping stays as it stands in the uri.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html; nobody here has
 * seen on AWS how it encodes again.
 */
function backendPath({ route }: ProxyEventSource, integration: PrivateIntegration): string {
  return integration.pathTemplate.replaceAll(/\{([^{}]+)\}/g, (literal, name: string) => {
    const parameter = integration.pathMappings.get(name);
    const value = parameter === undefined ? undefined : route.pathParameters[parameter];
    return value === undefined ? literal : decode(value).split("/").map(encodeURIComponent).join("/");
  });
}

function withQuery(path: string, query: string): string {
  const parameters = parseQuery(query).map((pair) => pair.map(encodeURIComponent).join("="));
  if (parameters.length === 0) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${parameters.join("&")}`;
}

/** Not always as long as the client's: as text, what is not UTF-8 has become U+FFFD. */
function backendBody({ body: { body, isBase64Encoded } }: ProxyEventSource): Buffer {
  return Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
}

function backendHeaders(
  source: ProxyEventSource,
  integration: PrivateIntegration,
  method: string,
  bodyBytes: number,
): string[] {
  const { exchange, route, restApiId } = source;
  const headers = forwardedHeaders(
    { exchange, authorization: route.method.authorization, bodyBytes },
    droppedForHttpProxy,
  );
  for (const [name, value] of integration.staticHeaders) replaceValues(headers, name, value);
  headers.set("Host", [hostHeader(integration)]);
  headers.set("X-Amzn-Apigateway-Api-Id", [restApiId]);
  if (!hasUserAgent(exchange)) headers.set("User-Agent", [`AmazonAPIGateway_${restApiId}`]);
  if (bodyBytes === 0 && mayHaveBody(method)) headers.set("Content-Length", ["0"]);
  return [...headers].flatMap(([name, values]) => values.flatMap((value) => [name, value]));
}

/** Names of headers are the same in any case of letters. */
function replaceValues(headers: MultiValues, name: string, value: string): void {
  for (const sent of headers.keys()) if (sent.toLowerCase() === name.toLowerCase()) headers.delete(sent);
  headers.set(name, [value]);
}

function hostHeader({ endpoint: { scheme, host, port } }: PrivateIntegration): string {
  return new URL(`${scheme}://${host}:${port}`).host;
}

function hasUserAgent({ request }: Exchange): boolean {
  return request.headers["user-agent"] !== undefined;
}

function mayHaveBody(method: string): boolean {
  return method !== "GET" && method !== "HEAD";
}
