import { readContentRange } from "./byte-range.ts";

/** What the API says of an object. */
export interface ObjectDescription {
  /** Unit: bytes. Absent where the API does not say, or the bytes are sent encoded. */
  readonly size?: number;
  /** Strong validator. Without one nothing can be resumed. */
  readonly etag?: string;
  readonly contentType: string;
  /** From `Content-Disposition`. */
  readonly filename?: string;
  /** SHA-256 of the whole object, in base64, from `Repr-Digest`. */
  readonly sha256?: string;
}

/** Reads the headers of a 200, a 206, or of the 416 that says an object is empty. */
export function describeObject({ status, headers }: Response): ObjectDescription {
  const size = sizeOf(status, headers);
  const etag = headers.get("etag");
  const filename = readFilename(headers.get("content-disposition"));
  const [, sha256] = /(?:^|[\s,])sha-256=:([A-Za-z0-9+/]{43}=):/.exec(headers.get("repr-digest") ?? "") ?? [];
  return {
    ...(size !== undefined && { size }),
    ...(etag?.startsWith('"') === true && { etag }),
    contentType: headers.get("content-type") ?? "application/octet-stream",
    ...(filename !== undefined && { filename }),
    ...(sha256 !== undefined && { sha256 }),
  };
}

/** Whether the bytes travel in another form than they are stored in, and their number says nothing. */
export function isEncoded({ headers }: Response): boolean {
  return !/^(?:identity)?$/i.test(headers.get("content-encoding") ?? "");
}

function sizeOf(status: number, headers: Headers): number | undefined {
  if (status === 206) return readContentRange(headers.get("content-range"))?.size;
  const [, ofUnsatisfied] = /^bytes \*\/(\d{1,15})$/.exec(headers.get("content-range") ?? "") ?? [];
  const text = ofUnsatisfied ?? headers.get("x-object-size") ?? headers.get("content-length");
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/**
 * Reads the name of a `Content-Disposition`; the last segment of whatever path it may be.
 * Source: https://www.rfc-editor.org/rfc/rfc6266
 */
function readFilename(disposition: string | null): string | undefined {
  const [, encoded] = /;\s*filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? "") ?? [];
  const [, quoted] = /;\s*filename="((?:[^"\\]|\\.)*)"/i.exec(disposition ?? "") ?? [];
  const name = encoded === undefined ? quoted?.replaceAll(/\\(.)/g, "$1") : decode(encoded);
  const segment = name?.split(/[/\\]/).at(-1);
  return segment === "" || segment === "." || segment === ".." ? undefined : segment;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
