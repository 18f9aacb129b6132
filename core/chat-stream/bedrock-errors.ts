import { BedrockRuntimeServiceException } from "@aws-sdk/client-bedrock-runtime";
import type { ChatRequest } from "../../contract/chat.ts";
import { Refusal } from "../refusal.ts";
import { maskedMessage } from "../upstream-message.ts";
import { isAboutDeployment, isContextTooLong, isDailyQuota, settingsIn } from "./bedrock-messages.ts";

/** Bedrock counts requests and tokens by the minute, and the SDK has tried three times by then. */
const RETRY_AFTER_SECONDS = "5";

/**
 * Codes of requests that are signed wrongly or with credentials that have ended: they come with 403 too, but say nothing
 * of the model.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
const CREDENTIAL_CODES =
  /^(?:IncompleteSignature|InvalidClientTokenId|InvalidSignature|UnrecognizedClient|ExpiredToken|MissingAuthenticationToken|RequestExpired)/;

const SHORTEST_REPEATED_CHARACTERS = 4;

const MODEL_UNAVAILABLE =
  "The model is not available to this API. Trying again does not help; the API's log says what its operator can do.";

/**
 * The error to answer with when the model gave no answer, or broke off the one it had begun. The caller's message never
 * repeats Bedrock's, which names the account, the role and the model; the log has it.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
 *
 * @param error What the SDK threw, or a refusal, which is returned as it is.
 * @param request The chat that failed.
 */
export function refusalFor(error: unknown, request: ChatRequest): Refusal {
  if (error instanceof Refusal) return error;
  const message = error instanceof Error ? error.message : "";
  const details = { cause: error, upstreamMessage: maskedMessage(message, textsOf(request)) };
  switch (exceptionName(error)) {
    case "ThrottlingException":
    case "ServiceQuotaExceededException":
      return new Refusal(
        "too_many_requests",
        isDailyQuota(message)
          ? "The model's quota of the day is used up."
          : "The model has more to answer than its quota allows.",
        // When a quota of the day renews, no page of AWS's says.
        isDailyQuota(message) ? details : { ...details, headers: { "Retry-After": retryAfter(error) } },
      );
    case "ServiceUnavailableException":
    case "ModelNotReadyException":
      return new Refusal("slow_down", "The model cannot answer at the moment.", {
        ...details,
        headers: { "Retry-After": retryAfter(error) },
      });
    case "ValidationException":
      if (isContextTooLong(message)) return new Refusal("context_too_long", undefined, details);
      if (isAboutDeployment(message, request))
        return new Refusal("model_unavailable", MODEL_UNAVAILABLE, details);
      return new Refusal("invalid_request", notTaken(message, request), details);
    case "ModelErrorException":
    case "ModelStreamErrorException":
      if (isContextTooLong(message)) return new Refusal("context_too_long", undefined, details);
      return new Refusal("upstream_error", "The model failed to answer.", details);
    case "ModelTimeoutException":
      return new Refusal("upstream_timeout", "The model did not answer in time.", details);
    default:
      if (isAboutCredentials(error)) return new Refusal("misconfigured", undefined, details);
      return isDenial(error)
        ? new Refusal("model_unavailable", MODEL_UNAVAILABLE, { ...details, headers: waitingTime(message) })
        : new Refusal("upstream_error", "The model failed to answer.", details);
  }
}

/** Names what of the request Bedrock's message is about, or whatever of it not every model takes. */
function notTaken(message: string, request: ChatRequest): string {
  const { named, sent } = settingsIn(message, request);
  const meant = named.length > 0 ? named : sent;
  if (meant.length === 0) return "The model does not take this request.";
  return `The model does not take this request with this ${meant.join(", ")}. Not every model takes every setting, value and combination of them.`;
}

/** What of a chat Bedrock may repeat. Shorter texts would blot out words of Bedrock's own. */
function textsOf({ messages, system = "", stopSequences = [] }: ChatRequest): string[] {
  const texts = [...messages.map(({ content }) => content), system, ...stopSequences];
  return texts.filter((text) => text.length >= SHORTEST_REPEATED_CHARACTERS);
}

function isAboutCredentials(error: unknown): boolean {
  const name = exceptionName(error);
  return name === "CredentialsProviderError" || CREDENTIAL_CODES.test(name);
}

/** Bedrock lets nobody use the model for this API, whatever the request says: 403 and 404 under any name. */
function isDenial(error: unknown): boolean {
  const name = exceptionName(error);
  if (name === "AccessDeniedException" || name === "ResourceNotFoundException") return true;
  const status = error instanceof BedrockRuntimeServiceException ? error.$metadata.httpStatusCode : undefined;
  return status === 402 || status === 403 || status === 404;
}

/** A subscription that is being made says how long that takes. */
function waitingTime(message: string): Record<string, string> {
  const [, minutes] = /try again (?:after|in) (\d{1,2}) minutes?/i.exec(message) ?? [];
  return minutes === undefined ? {} : { "Retry-After": String(Number(minutes) * 60) };
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
