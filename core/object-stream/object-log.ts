import { createHash } from "node:crypto";
import type { ObjectReader } from "./object-reader.ts";

/** What the log says of a download besides what it says of any request. */
export interface DownloadLogFields {
  readonly key?: string;
  readonly keySha256?: string;
  readonly objectBytes?: number;
  readonly s3Requests: number;
  readonly s3Retries: number;
}

/** What is found out of a download while it is answered. */
export interface DownloadRecord {
  key?: string;
  reader?: ObjectReader;
  /** Size of the whole object; unknown where it was not opened. */
  objectBytes?: number | undefined;
}

/** @param logKeys Whether the log may name objects. */
export function downloadLogFields(
  { key, reader, objectBytes }: DownloadRecord,
  logKeys: boolean,
): DownloadLogFields {
  return {
    ...(key !== undefined && keyFields(key, logKeys)),
    ...(objectBytes !== undefined && { objectBytes }),
    s3Requests: reader?.requests ?? 0,
    s3Retries: reader?.retries ?? 0,
  };
}

const HASH_CHARACTERS = 16;

/** Names an object in clear, or by a hash that still tells its requests from those for others. */
function keyFields(key: string, inClear: boolean): Pick<DownloadLogFields, "key" | "keySha256"> {
  if (inClear) return { key };
  return { keySha256: createHash("sha256").update(key).digest("hex").slice(0, HASH_CHARACTERS) };
}
