import { createHash } from "node:crypto";
import { BrokenBodyError } from "../../core/object-stream/index.ts";
import { Refusal } from "../../core/refusal.ts";
import { ReaderGoneError } from "./response-writer.ts";

/** How a request ended. */
export type Outcome =
  /** The whole answer was handed to the runtime. */
  | "complete"
  | "not_modified"
  /** An error answer that is the request's doing: 4xx. */
  | "refused"
  /** An error answer that is not: 5xx. */
  | "failed"
  /** The answer stops short because its bytes stopped coming. */
  | "broken_off"
  /** The answer stops short because its reader left, or took nothing for too long. */
  | "abandoned";

/** The one line a request leaves in the log. Holds no header, no query value and no message of S3's. */
export interface RequestLogEntry {
  /** API Gateway's, which the caller has as `x-amzn-RequestId`. */
  readonly requestId: string;
  /** Lambda's, as in its REPORT line. */
  readonly lambdaRequestId: string;
  readonly method: string;
  readonly status: number;
  readonly outcome: Outcome;
  readonly errorCode?: string;
  /** What S3 or the connection to it reported: its code. */
  readonly cause?: string;
  /** Where a fault of ours was thrown. */
  readonly stack?: readonly string[];
  readonly key?: string;
  readonly keySha256?: string;
  readonly objectBytes?: number;
  readonly bytesSent: number;
  readonly durationMilliseconds: number;
  /** Until status and headers were handed to the runtime. */
  readonly firstByteMilliseconds?: number;
  readonly s3Requests: number;
  readonly s3Retries: number;
}

const HASH_CHARACTERS = 16;

/** @param breakage What kept an answer from being sent whole. */
export function outcomeOf(status: number, breakage: Error | undefined): Outcome {
  if (breakage !== undefined) return breakage instanceof ReaderGoneError ? "abandoned" : "broken_off";
  if (status === 304) return "not_modified";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "complete";
}

/** Names an object in clear, or by a hash that still tells its requests from those for others. */
export function keyFields(key: string, inClear: boolean): Pick<RequestLogEntry, "key" | "keySha256"> {
  if (inClear) return { key };
  return { keySha256: createHash("sha256").update(key).digest("hex").slice(0, HASH_CHARACTERS) };
}

/** What went wrong, in codes; for a fault of ours also where, without the message, which may hold a key. */
export function failureFields(error: unknown): Pick<RequestLogEntry, "errorCode" | "cause" | "stack"> {
  if (!(error instanceof Error)) return {};
  if (error instanceof Refusal) {
    return { errorCode: error.code, ...(error.cause instanceof Error && { cause: codeOf(error.cause) }) };
  }
  if (error instanceof BrokenBodyError) return { cause: codeOf(error.cause) };
  if (error instanceof ReaderGoneError) return { cause: error.code };
  return { errorCode: "internal_error", cause: error.name, stack: framesOf(error) };
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function framesOf(error: Error): string[] {
  return (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
}
