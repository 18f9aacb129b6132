import type { IncomingMessage } from "node:http";
import { SignatureError } from "./signature-error.ts";

/** Parts of a request that a signature covers besides the body, in HTTP/1.1 or HTTP/2. */
export type SignedRequest = Pick<IncomingMessage, "method" | "url" | "headersDistinct">;

/**
 * Writes a request in the one form that both sides of a signature hash.
 *
 * @throws SignatureError when the path cannot be read
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function canonicalRequest(
  request: SignedRequest,
  {
    service,
    signedHeaders,
    payloadHash,
  }: { readonly service: string; readonly signedHeaders: readonly string[]; readonly payloadHash: string },
): string {
  const [, path = "/", query = ""] = /^([^?]*)\??(.*)$/.exec(request.url ?? "/") ?? [];
  return [
    request.method,
    canonicalPath(path, service),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${headerValue(request, name) ?? ""}`),
    "",
    signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** Every service but S3 signs the path normalised, and escaped once more than it is sent. */
function canonicalPath(path: string, service: string): string {
  const sent = path.split("/");
  if (service === "s3") return sent.map((segment) => escapeUri(decodeUri(segment))).join("/");
  const segments: string[] = [];
  for (const segment of sent) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(escapeUri(segment));
  }
  const trailingSlash = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${trailingSlash}`;
}

function canonicalQuery(query: string): string {
  return [...new URLSearchParams(query)]
    .map(([name, value]) => [escapeUri(name), escapeUri(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** @returns A header's value as it is signed: lines joined, blanks folded. `undefined` when there is none. */
export function headerValue(request: SignedRequest, name: string): string | undefined {
  const values = request.headersDistinct[name];
  return values?.map((value) => value.trim().replaceAll(/\s+/g, " ")).join(",");
}

/** RFC 3986 escaping: `encodeURIComponent` leaves five reserved characters alone. */
function escapeUri(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decodeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new SignatureError("SignatureDoesNotMatch", "The path is not valid UTF-8 in percent-encoding.");
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
