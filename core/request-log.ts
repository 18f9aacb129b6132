import { isObject } from "../contract/json-object.ts";
import { BrokenBodyError } from "./broken-body-error.ts";
import { ReaderGoneError } from "./reader-gone-error.ts";
import { Refusal } from "./refusal.ts";

/** How a request ended. */
export type Outcome =
  /** The whole response was handed to what stands between this process and its reader. Not that it was read. */
  | "handed_over"
  | "not_modified"
  /** An error answer that is the request's doing: 4xx. */
  | "refused"
  /** An error that is not: 5xx, or one at the end of an answer that had begun well. */
  | "failed"
  /** The answer stops short because its bytes stopped coming. */
  | "broken_off"
  /** The answer stops short because its reader left, or took nothing for too long. */
  | "abandoned";

/** What went wrong, in codes. */
export interface FailureFields {
  readonly errorCode?: string;
  /** What the service behind this one, or the connection to it, reported: its code. */
  readonly cause?: string;
  /** What that service said, without ids and without what it was sent. */
  readonly upstreamMessage?: string;
  /** That service's id of the request. */
  readonly upstreamRequestId?: string;
  /** What the operator can do. */
  readonly advice?: string;
  /** Where a fault of ours was thrown. */
  readonly stack?: readonly string[];
}

/** The one line a request leaves in the log. Holds nothing the caller sent or was sent. */
export interface RequestLogEntry extends FailureFields {
  readonly method: string;
  readonly status: number;
  readonly outcome: Outcome;
  /** Bytes of the body handed to what stands between this process and its reader. */
  readonly bytesHandedOver: number;
  readonly durationMilliseconds: number;
  /** Until status and headers were handed on. */
  readonly firstByteMilliseconds?: number;
}

/** How far a response has got, as its host knows it. Moments are those of `performance.now()`. */
export interface Progress {
  readonly startedAt: number;
  /** When status and headers were handed over; `undefined` when they were not. */
  readonly begunAt: number | undefined;
  readonly bytesHandedOver: number;
  /** What kept the response from being handed over whole. */
  readonly breakage: Error | undefined;
}

/** The log line of a request whose response is handed over or broken off, without what only its host knows. */
export function requestLogEntry(
  method: string,
  { status, error }: { readonly status: number; readonly error?: unknown },
  { startedAt, begunAt, bytesHandedOver, breakage }: Progress,
): RequestLogEntry {
  return {
    method,
    status,
    outcome: outcomeOf(status, breakage),
    ...failureFields(breakage ?? error),
    bytesHandedOver,
    durationMilliseconds: Math.round(performance.now() - startedAt),
    ...(begunAt !== undefined && { firstByteMilliseconds: Math.round(begunAt - startedAt) }),
  };
}

/** @param breakage What kept an answer from being sent whole. */
export function outcomeOf(status: number, breakage: Error | undefined): Outcome {
  if (breakage !== undefined) return breakage instanceof ReaderGoneError ? "abandoned" : "broken_off";
  if (status === 304) return "not_modified";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "handed_over";
}

/** For a fault of ours also where it is, without the message, which may hold what the caller sent. */
export function failureFields(error: unknown): FailureFields {
  if (!(error instanceof Error)) return {};
  if (error instanceof Refusal) {
    const { code, cause, advice, upstreamMessage } = error;
    return {
      errorCode: code,
      ...(cause instanceof Error && causeFields(cause)),
      ...(upstreamMessage !== undefined && { upstreamMessage }),
      ...(advice !== undefined && { advice }),
    };
  }
  if (error instanceof ReaderGoneError) return { cause: error.code };
  // The fault of the service the bytes come from, whose code says more than where it was thrown.
  if (error instanceof BrokenBodyError) return { cause: codeOf(error.cause) };
  return { errorCode: "internal_error", cause: error.name, stack: framesOf(error) };
}

function causeFields(cause: Error): FailureFields {
  const id = requestIdOf(cause);
  return { cause: codeOf(cause), ...(id !== undefined && { upstreamRequestId: id }) };
}

/** The AWS SDK keeps it with what it knows of the answer. */
function requestIdOf(cause: Error & { requestId?: unknown; $metadata?: unknown }): string | undefined {
  const { requestId, $metadata } = cause;
  if (typeof requestId === "string") return requestId;
  return isObject($metadata) && typeof $metadata.requestId === "string" ? $metadata.requestId : undefined;
}

/** The code or the name of an error, but not its message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function framesOf(error: Error): string[] {
  return (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
}
