import type { IncomingMessage } from "node:http";
import { newTraceId } from "../trace-id.ts";
import type { ListenerDefinition } from "./load-balancer-definition.ts";

/** Headers that are about one connection. Source: RFC 9110, section 7.6.1, and RFC 9112. */
const connectionHeaders = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"];

/** Written by the load balancer. */
const ownHeaders = ["x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"];

/**
 * The headers a target gets, names and values in turn.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
 *
 * @param dropsInvalid Whether headers go whose names are not made of letters, digits and hyphens.
 */
export function requestHeadersFor(
  request: IncomingMessage,
  listener: ListenerDefinition,
  dropsInvalid: boolean,
): string[] {
  const forwardedFor = [
    request.headers["x-forwarded-for"] ?? [],
    String(request.socket.remoteAddress),
  ].flat();
  return [
    ...withoutNames(request.rawHeaders, (name) => {
      const isInvalid = dropsInvalid && !/^[a-z\d-]+$/.test(name);
      return isInvalid || connectionHeaders.includes(name) || ownHeaders.includes(name);
    }),
    ...["X-Forwarded-For", forwardedFor.join(", ")],
    ...["X-Forwarded-Proto", listener.protocol.toLowerCase()],
    ...["X-Forwarded-Port", String(listener.port)],
    ...["X-Amzn-Trace-Id", traceFields(request.headers["x-amzn-trace-id"])],
  ];
}

/**
 * This hop's place in the trace that came with the request, or in one that begins here.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-request-tracing.html
 */
function traceFields(received: string | string[] | undefined): string {
  if (received === undefined) return `Root=${newTraceId()}`;
  const others = String(received)
    .split(";")
    .filter((field) => !field.startsWith("Self="));
  return [`Self=${newTraceId()}`, ...others].join(";");
}

/** The headers a client gets, names and values in turn. */
export function responseHeadersOf(response: IncomingMessage): string[] {
  return withoutNames(response.rawHeaders, (name) => {
    return connectionHeaders.includes(name) || name === "transfer-encoding";
  });
}

function withoutNames(
  rawHeaders: readonly string[],
  isDropped: (lowerCaseName: string) => boolean,
): string[] {
  return rawHeaders.flatMap((name, index) => {
    if (index % 2 === 1 || isDropped(name.toLowerCase())) return [];
    return [name, String(rawHeaders[index + 1])];
  });
}
