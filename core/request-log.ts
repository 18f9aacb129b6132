import { ReaderGoneError } from "./reader-gone-error.ts";
import { Refusal } from "./refusal.ts";

/** How a request ended. */
export type Outcome =
  /** The whole answer was handed on. */
  | "complete"
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
  /** Where a fault of ours was thrown. */
  readonly stack?: readonly string[];
}

/** The one line a request leaves in the log. Holds nothing the caller sent or was sent, and no service's message. */
export interface RequestLogEntry extends FailureFields {
  readonly method: string;
  readonly status: number;
  readonly outcome: Outcome;
  /** Bytes of the body handed on. */
  readonly bytesSent: number;
  readonly durationMilliseconds: number;
  /** Until status and headers were handed on. */
  readonly firstByteMilliseconds?: number;
}

/** @param breakage What kept an answer from being sent whole. */
export function outcomeOf(status: number, breakage: Error | undefined): Outcome {
  if (breakage !== undefined) return breakage instanceof ReaderGoneError ? "abandoned" : "broken_off";
  if (status === 304) return "not_modified";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "complete";
}

/** For a fault of ours also where it is, without the message, which may hold what the caller sent. */
export function failureFields(error: unknown): FailureFields {
  if (!(error instanceof Error)) return {};
  if (error instanceof Refusal) {
    return { errorCode: error.code, ...(error.cause instanceof Error && { cause: codeOf(error.cause) }) };
  }
  if (error instanceof ReaderGoneError) return { cause: error.code };
  return { errorCode: "internal_error", cause: error.name, stack: framesOf(error) };
}

/** The code or the name of an error, but not its message. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "Unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

function framesOf(error: Error): string[] {
  return (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
}
