import type { IncomingMessage } from "node:http";
import type { LimitValues } from "../../contract/limits.ts";
import { GatewayError } from "./gateway-error.ts";

/** Target of a request line. */
export interface RequestTarget {
  /** With the stage, percent-encoded as sent. */
  readonly path: string;
  readonly stageName: string;
  /** After the stage, percent-encoded as sent; at least `/`. */
  readonly pathInStage: string;
  /** After the `?`, percent-encoded as sent. */
  readonly query: string;
}

/**
 * Splits the request line's target at the stage.
 *
 * @throws GatewayError when the URL or the headers are longer than API Gateway takes.
 */
export function readRequestTarget(request: IncomingMessage, limits: LimitValues): RequestTarget {
  const url = request.url ?? "/";
  // Statuses and texts of these two are not documented by AWS; they are HTTP's own.
  if (url.length > limits.gatewayUrlCharacters) {
    throw new GatewayError("DEFAULT_4XX", { statusCode: 414, message: "URI Too Long" });
  }
  if (headerBytes(request) > limits.gatewayRequestHeaderBytes) {
    throw new GatewayError("DEFAULT_4XX", { statusCode: 431, message: "Request Header Fields Too Large" });
  }
  // A proxy's form of the target names the host too.
  const [path = "", ...query] = url.replace(/^https?:\/\/[^/?]*/, "").split("?");
  const [, stageName = "", ...rest] = path.split("/");
  return { path, stageName, pathInStage: `/${rest.join("/")}`, query: query.join("?") };
}

/** Each header counts with the colon, space and line end it is sent with. */
function headerBytes(request: IncomingMessage): number {
  return request.rawHeaders.reduce((sum, text) => sum + Buffer.byteLength(text, "latin1") + 2, 0);
}

/**
 * The query's parameters, decoded, in order. A semicolon separates as `&` does.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 *
 * @throws GatewayError for a broken percent-encoding, and for `|`, `{` and `}` that are not encoded.
 */
export function parseQuery(query: string): [name: string, value: string][] {
  if (/[|{}]/.test(query)) throw new GatewayError("DEFAULT_4XX");
  return query
    .split(/[&;]/)
    .filter((parameter) => parameter !== "")
    .map((parameter) => {
      const [name = "", ...value] = parameter.replaceAll("+", " ").split("=");
      return [decode(name), decode(value.join("="))];
    });
}

/** @throws GatewayError for a broken percent-encoding. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new GatewayError("DEFAULT_4XX");
  }
}
