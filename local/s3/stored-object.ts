import type { BigIntStats } from "node:fs";

/** An object and the file its bytes are in. */
export interface StoredObject {
  readonly path: string;
  /** The file's `fileVersion` when it was looked up: while it stays, so do the bytes. */
  readonly version: string;
  readonly size: number;
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Sent with the object: `content-type`, what was stored of `cache-control` and its like, and `x-amz-meta-*`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The whole object's checksums by header name (`x-amz-checksum-crc32`), in base64. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Content type of an object stored without one. */
export const DEFAULT_CONTENT_TYPE = "binary/octet-stream";

/** Changes with every change of the file, and with another file in its place. */
export function fileVersion({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(":");
}

const meansMissing = ["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EACCES"];

/** For `catch`: turns the errors for a file that is not there, or not to be seen, into `undefined`. */
export function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (!meansMissing.includes(error.code ?? "")) throw error;
}
