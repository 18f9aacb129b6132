import { newTraceId } from "../trace-id.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Headers of a request that API Gateway does not hand on, whatever the integration.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
const droppedRequestHeaders = [
  "content-md5",
  "expect",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
];

/** Headers that do not reach a function behind a Lambda proxy integration. Same source. */
export const droppedForLambda: ReadonlySet<string> = new Set([...droppedRequestHeaders, "connection"]);

/** Headers that do not reach the endpoint of an HTTP proxy integration; `Host` is the endpoint's own. Same source. */
export const droppedForHttpProxy: ReadonlySet<string> = new Set([
  ...droppedRequestHeaders,
  "content-encoding",
  "host",
  "via",
]);

/** A name, as the client wrote it, with each value it was given. */
export type MultiValues = Map<string, string[]>;

/** Inputs of the headers of an integration request. */
export interface RequestHeaderSource {
  readonly exchange: Exchange;
  /** The method's `authorization`. */
  readonly authorization: string;
  readonly bodyBytes: number;
}

/** The headers an integration is sent: the client's, without those that are dropped, and API Gateway's own. */
export function forwardedHeaders(source: RequestHeaderSource, dropped: ReadonlySet<string>): MultiValues {
  const { exchange, authorization, bodyBytes } = source;
  const { rawHeaders, socket } = exchange.request;
  const headers = new Map() as MultiValues;
  const forwardedFor: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = String(rawHeaders[index]);
    const value = String(rawHeaders[index + 1]);
    const lowerCaseName = name.toLowerCase();
    if (dropped.has(lowerCaseName) || lowerCaseName === "content-length") continue;
    if (lowerCaseName === "authorization" && isConsumed(value, authorization)) continue;
    if (lowerCaseName === "x-forwarded-for") forwardedFor.push(value);
    else if (!isSetByGateway(lowerCaseName)) addValue(headers, name, value);
  }
  headers.set("X-Forwarded-For", [[...forwardedFor, exchange.context.sourceIp].join(", ")]);
  headers.set("X-Forwarded-Port", [String(socket.localPort)]);
  headers.set("X-Forwarded-Proto", ["http"]);
  headers.set("X-Amzn-Trace-Id", [`Root=${newTraceId(exchange.context.requestTimeEpoch)}`]);
  if (bodyBytes > 0) headers.set("Content-Length", [String(bodyBytes)]);
  return headers;
}

/** Adds to the values a name has. */
export function addValue(values: MultiValues, name: string, value: string): void {
  const others = values.get(name);
  if (others === undefined) values.set(name, [value]);
  else others.push(value);
}

/** A signature is for API Gateway, not for the integration. */
function isConsumed(value: string, authorization: string): boolean {
  return authorization === "AWS_IAM" || value.startsWith("AWS4-HMAC-SHA256");
}

function isSetByGateway(lowerCaseName: string): boolean {
  return ["x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"].includes(lowerCaseName);
}
