import { createHash } from "node:crypto";
import { codeOf, failureFields, type FailureFields } from "../request-log.ts";
import { BrokenBodyError } from "./self-healing-body.ts";

/** What the log says of a download besides what it says of any request. */
export interface DownloadLogFields {
  readonly key?: string;
  readonly keySha256?: string;
  readonly objectBytes?: number;
  readonly s3Requests: number;
  readonly s3Retries: number;
}

const HASH_CHARACTERS = 16;

/** Names an object in clear, or by a hash that still tells its requests from those for others. */
export function keyFields(key: string, inClear: boolean): Pick<DownloadLogFields, "key" | "keySha256"> {
  if (inClear) return { key };
  return { keySha256: createHash("sha256").update(key).digest("hex").slice(0, HASH_CHARACTERS) };
}

/** A body that broke is S3's fault, whose code says more than where it was thrown. */
export function downloadFailureFields(error: unknown): FailureFields {
  return error instanceof BrokenBodyError ? { cause: codeOf(error.cause) } : failureFields(error);
}
