import type { RestProxyEvent } from "../contract/rest-proxy-event.ts";
import type { HttpRequest } from "../core/http.ts";
import { headerLinesOf } from "./event-headers.ts";

/** The request that an event tells of. */
export function readRequest(event: RestProxyEvent, signal: AbortSignal): HttpRequest {
  return {
    method: event.httpMethod,
    path: matchedPath(event),
    query: event.queryStringParameters ?? {},
    headers: headerLinesOf(event),
    body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
    signal,
  };
}

/**
 * The end of the path that the route's parameter matched, as the client encoded it. The parameter itself is no use, as API
 * Gateway decodes it and takes a slash off its end. A custom domain's base path may stand before the route, and be called
 * like it.
 *
 * @returns Empty when the path is not of the route, or does not tell which part of it the parameter matched.
 */
export function matchedPath({ path, resource, pathParameters }: RestProxyEvent): string {
  const [, fixedPart, parameter = ""] = /^([^{]*)\{([^+}]*)/.exec(resource) ?? [];
  if (fixedPart === undefined) return "";
  const tails = tailsAfter(path, fixedPart);
  const matched = pathParameters?.[parameter];
  if (matched === undefined || tails.length === 1) return tails[0] ?? "";
  return tails.find((tail) => matches(tail, matched)) ?? "";
}

/** What follows each place where the fixed part of a route stands in a path. */
function tailsAfter(path: string, fixedPart: string): string[] {
  const tails: string[] = [];
  for (let start = path.indexOf(fixedPart); start >= 0; start = path.indexOf(fixedPart, start + 1)) {
    tails.push(path.slice(start + fixedPart.length));
    // A parameter alone takes the whole path.
    if (fixedPart === "/") break;
  }
  return tails;
}

function matches(tail: string, matched: string): boolean {
  const withoutSlash = tail.replace(/\/$/, "");
  return [tail, withoutSlash].some((form) => form === matched || decoded(form) === matched);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
