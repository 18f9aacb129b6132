import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import { lastLines, type ObjectRequest } from "../../core/object-stream/index.ts";
import { headerLinesOf } from "../event-headers.ts";

/** The request in the form `openObject` takes. */
export function readRequest(event: RestProxyEvent): ObjectRequest {
  const { disposition, filename } = event.queryStringParameters ?? {};
  return {
    method: event.httpMethod === "HEAD" ? "HEAD" : "GET",
    headers: lastLines(headerLinesOf(event)),
    parameters: {
      ...(disposition !== undefined && { disposition }),
      ...(filename !== undefined && { filename }),
    },
  };
}

/**
 * The object key as the client encoded it: the end of the path that the route's parameter matched. The parameter itself
 * is no use, as API Gateway decodes it and takes a slash off its end. A custom domain's base path may stand before the
 * route, and be called like it.
 *
 * @returns Empty when the path is not of the route, or does not tell which part of it the parameter matched.
 */
export function encodedKeyOf({ path, resource, pathParameters }: RestProxyEvent): string {
  const [, fixedPart = "", parameter = ""] = /^([^{]*)\{([^+}]*)/.exec(resource) ?? [];
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
    if (fixedPart === "/" || fixedPart === "") break;
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
