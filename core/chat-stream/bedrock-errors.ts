import { BedrockRuntimeServiceException } from "@aws-sdk/client-bedrock-runtime";
import { Refusal } from "../refusal.ts";

/** Bedrock counts requests and tokens by the minute, and the SDK has tried three times by then. */
const RETRY_AFTER_SECONDS = "5";

/**
 * How models on Bedrock say that a conversation is too long; there is no exception of its own for it.
 *
 * Source: https://github.com/strands-agents/harness-sdk/issues/3969
 */
const CONTEXT_TOO_LONG =
  /input is too long|prompt is too long|exceed context limit|maximum context length|too many total text bytes|too many input tokens|input tokens exceeded/i;

/** A model id that Bedrock does not know in this Region, or does not take without an inference profile. */
const UNKNOWN_MODEL = /model identifier is invalid|on-demand throughput/i;

/**
 * What to tell the caller when the model gave no answer, or broke off the one it had begun. Never repeats
 * Bedrock's words, which name the account, the role and the model.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 *
 * @param error What the SDK threw, or a refusal, which is returned as it is.
 */
export function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const cause = error;
  const headers = { "Retry-After": retryAfter(error) };
  switch (exceptionName(error)) {
    case "ThrottlingException":
    case "ServiceQuotaExceededException":
      return new Refusal("too_many_requests", "The model has more to answer than its quota allows.", {
        headers,
        cause,
      });
    case "ServiceUnavailableException":
    case "ModelNotReadyException":
      return new Refusal("slow_down", "The model cannot answer at the moment.", { headers, cause });
    case "AccessDeniedException":
      return new Refusal("forbidden", "The model may not be used.", { cause });
    case "ResourceNotFoundException":
      return unknownModel(cause);
    case "ValidationException":
      return invalidRequest(error);
    case "ModelTimeoutException":
      return new Refusal("upstream_timeout", "The model did not answer in time.", { cause });
    default:
      return new Refusal("upstream_error", "The model failed to answer.", { cause });
  }
}

function invalidRequest(cause: unknown): Refusal {
  const message = cause instanceof Error ? cause.message : "";
  if (CONTEXT_TOO_LONG.test(message)) return new Refusal("context_too_long", undefined, { cause });
  if (UNKNOWN_MODEL.test(message)) return unknownModel(cause);
  return new Refusal(
    "invalid_request",
    "The model does not take this request. Not every model takes every combination of maxTokens, temperature, topP and stopSequences.",
    { cause },
  );
}

function unknownModel(cause: unknown): Refusal {
  return new Refusal("not_found", "The model does not exist, or not in this Region.", { cause });
}

/**
 * The SDK names exceptions it does not know, and those of stream errors, as they are written on the wire, where
 * the first letter is small.
 */
function exceptionName(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (isTimeout(error)) return "ModelTimeoutException";
  return error.name.charAt(0).toUpperCase() + error.name.slice(1);
}

/** The SDK calls a dropped connection a timeout too, but leaves the error of the socket on it. */
function isTimeout(error: Error): boolean {
  const dropped = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
  return error.name === "TimeoutError" && !dropped;
}

function retryAfter(error: unknown): string {
  const headers = error instanceof BedrockRuntimeServiceException ? error.$response?.headers : undefined;
  const value = headers?.["retry-after"];
  return value !== undefined && /^\d+$/.test(value) ? value : RETRY_AFTER_SECONDS;
}
