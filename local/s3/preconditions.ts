import type { IncomingHttpHeaders } from "node:http";

/**
 * Weighs the conditional headers of a GET or HEAD.
 *
 * @returns `"proceed"`, `"notModified"`, or the name of the header that failed.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "If-Match" and on: a condition on the
 * ETag makes S3 overlook the one on the time.
 */
export function weighPreconditions(
  headers: IncomingHttpHeaders,
  object: { readonly etag: string; readonly lastModified: Date },
): "proceed" | "notModified" | "If-Match" | "If-Unmodified-Since" {
  const ifMatch = headers["if-match"];
  if (ifMatch !== undefined) {
    if (!listsEtag(ifMatch, object.etag)) return "If-Match";
  } else if (isModifiedSince(headers["if-unmodified-since"], object.lastModified) === true) {
    return "If-Unmodified-Since";
  }
  const ifNoneMatch = headers["if-none-match"];
  if (ifNoneMatch !== undefined) return listsEtag(ifNoneMatch, object.etag) ? "notModified" : "proceed";
  return isModifiedSince(headers["if-modified-since"], object.lastModified) === false
    ? "notModified"
    : "proceed";
}

/** S3 takes an ETag with or without its quotes. */
function listsEtag(header: string, etag: string): boolean {
  return header
    .split(",")
    .map((listed) => listed.trim())
    .some((listed) => listed === "*" || listed === etag || `"${listed}"` === etag);
}

/** @returns `undefined` when there is no date to compare with. HTTP dates know no fractions of a second. */
function isModifiedSince(header: string | undefined, lastModified: Date): boolean | undefined {
  const since = Date.parse(header ?? "");
  return Number.isNaN(since) ? undefined : Math.floor(lastModified.getTime() / 1000) * 1000 > since;
}
