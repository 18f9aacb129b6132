import { cacheHeaders } from "./cache-headers.ts";
import type { StoredObject } from "./object-reader.ts";

/** Names in HTTP's usual spelling, one value each. */
export type ResponseHeaders = Readonly<Record<string, string>>;

const DEFAULT_CONTENT_TYPE = "application/octet-stream";

/** The content type the object was stored with. */
export function contentTypeOf({ metadata }: StoredObject): string {
  return headerValue(metadata.ContentType) ?? DEFAULT_CONTENT_TYPE;
}

/**
 * The headers of a 200 or 206. Of what was stored with the object only what its bytes cannot be read without goes
 * out, and `Cache-Control`. A stored `Expires` does not: `Cache-Control` overrules it.
 *
 * @param isPublic Whether it takes no credentials to read the object. Default: false.
 */
export function objectHeaders(object: StoredObject, disposition: string, isPublic = false): ResponseHeaders {
  const { etag, lastModified, size, range, metadata } = object;
  const contentEncoding = contentEncodingOf(metadata.ContentEncoding);
  const contentLanguage = headerValue(metadata.ContentLanguage);
  const digest = reprDigest(object);
  return {
    ...validatorHeaders(
      { etag, lastModified: lastModified?.toUTCString(), cacheControl: metadata.CacheControl },
      isPublic,
    ),
    "Accept-Ranges": "bytes",
    "Content-Disposition": disposition,
    ...(contentEncoding !== undefined && { "Content-Encoding": contentEncoding }),
    ...(contentLanguage !== undefined && { "Content-Language": contentLanguage }),
    "Content-Length": String(lengthOf(object)),
    ...(range && { "Content-Range": `bytes ${range.first}-${range.last}/${size}` }),
    "Content-Security-Policy": "sandbox",
    "Content-Type": contentTypeOf(object),
    ...(digest !== undefined && { "Repr-Digest": digest }),
    "X-Content-Type-Options": "nosniff",
    "X-Object-Size": String(size),
  };
}

/** What tells caches about an object: the validators, and the `Cache-Control` it was stored with. */
export interface StoredValidators {
  readonly etag: string | undefined;
  /** An HTTP date. */
  readonly lastModified: string | undefined;
  readonly cacheControl: string | undefined;
}

/** What a 304 carries, and every other response with the object too. Source: RFC 9110 section 15.4.5. */
export function validatorHeaders(
  { etag, lastModified, cacheControl }: StoredValidators,
  isPublic: boolean,
): ResponseHeaders {
  return {
    ...cacheHeaders(headerValue(cacheControl), isPublic),
    ...(etag !== undefined && { ETag: etag }),
    ...(lastModified !== undefined && { "Last-Modified": lastModified }),
  };
}

/** Codings a client can take off again. Source: https://www.iana.org/assignments/http-parameters */
const CONTENT_CODINGS = new Set([
  "aes128gcm",
  "br",
  "compress",
  "dcb",
  "dcz",
  "deflate",
  "exi",
  "gzip",
  "pack200-gzip",
  "x-compress",
  "x-gzip",
  "zstd",
]);

/** Uploaders leave there what is no coding of the bytes, such as `aws-chunked` and `utf-8`. */
function contentEncodingOf(stored: string | undefined): string | undefined {
  const codings = (headerValue(stored) ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  return codings.filter((coding) => CONTENT_CODINGS.has(coding)).join(", ") || undefined;
}

/** Bytes the answer's body has. */
export function lengthOf({ range, size }: StoredObject): number {
  return range ? range.last - range.first + 1 : size;
}

/**
 * RFC 9530: a digest of the whole object even beside a part of it. S3 does not say which of the two a checksum
 * beside a part covers, nor is one over the parts of an upload a digest of the bytes; both are left out.
 */
function reprDigest({ range, metadata }: StoredObject): string | undefined {
  const { ChecksumSHA256: sha256 = "", ChecksumType: type } = metadata;
  const isWhole = range === undefined && type === "FULL_OBJECT" && /^[\w+/]{43}=$/.test(sha256);
  return isWhole ? `sha-256=:${sha256}:` : undefined;
}

/** Whoever stored the object chose these values: one that no header can carry is dropped. */
function headerValue(stored: string | undefined): string | undefined {
  return stored !== undefined && /^[\x20-\x7e]{1,1024}$/.test(stored) ? stored : undefined;
}
