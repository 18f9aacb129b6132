import { createHash } from "node:crypto";
import { codeOf, failureFields, type FailureFields, type RequestLogEntry } from "../request-log.ts";
import type { ObjectReader } from "./object-reader.ts";
import { BrokenBodyError } from "./self-healing-body.ts";

/** What the log says of a download besides what it says of any request. */
export interface DownloadLogFields {
  readonly key?: string;
  readonly keySha256?: string;
  readonly objectBytes?: number;
  readonly s3Requests: number;
  readonly s3Retries: number;
}

/** What is found out of a download while it is answered, to be logged when it has ended. */
export class DownloadRecord {
  key?: string;
  reader?: ObjectReader;
  /** Size of the whole object; unknown where it was not opened. */
  objectBytes?: number | undefined;
  readonly #logKeys: boolean;

  /** @param logKeys whether the log may name objects. */
  constructor(logKeys: boolean) {
    this.#logKeys = logKeys;
  }

  /** Adds what is known to what the log says of any request. */
  describe<Entry extends RequestLogEntry>(entry: Entry): Entry & DownloadLogFields {
    const { key, reader, objectBytes } = this;
    return {
      ...entry,
      ...(key !== undefined && keyFields(key, this.#logKeys)),
      ...(objectBytes !== undefined && { objectBytes }),
      s3Requests: reader?.requests ?? 0,
      s3Retries: reader?.retries ?? 0,
    };
  }
}

const HASH_CHARACTERS = 16;

/** Names an object in clear, or by a hash that still tells its requests from those for others. */
function keyFields(key: string, inClear: boolean): Pick<DownloadLogFields, "key" | "keySha256"> {
  if (inClear) return { key };
  return { keySha256: createHash("sha256").update(key).digest("hex").slice(0, HASH_CHARACTERS) };
}

/** A body that broke is S3's fault, whose code says more than where it was thrown. */
export function downloadFailureFields(error: unknown): FailureFields {
  return error instanceof BrokenBodyError ? { cause: codeOf(error.cause) } : failureFields(error);
}
