import type { Faults } from "../../local/bedrock/faults.ts";

/*
 * What can go wrong with a chat, and what its caller is told: the same by either way, through the function or through the
 * private path.
 */

const body = { message: "hi" };

/** Requests that are refused before the model is asked. */
export const refusedChats = [
  { what: "an unknown field", body: { message: "hi", tools: [] }, status: 400, code: "invalid_request" },
  { what: "no message", body: {}, status: 400, code: "invalid_request" },
  { what: "a body that is not JSON", body: "{", status: 400, code: "invalid_request" },
  { what: "a huge body", body: { message: "x".repeat(2_000_000) }, status: 413, code: "payload_too_large" },
  {
    what: "another content type",
    body,
    headers: { "content-type": "text/plain" },
    status: 415,
    code: "unsupported_media_type",
  },
  {
    what: "a form nobody offers",
    body,
    headers: { accept: "image/png" },
    status: 406,
    code: "not_acceptable",
  },
];

/** Bedrock's refusals. */
export const modelRefusals = [
  { exception: "ThrottlingException", status: 429, code: "too_many_requests" },
  { exception: "AccessDeniedException", status: 500, code: "model_unavailable" },
  { exception: "ResourceNotFoundException", status: 500, code: "model_unavailable" },
  { exception: "ModelTimeoutException", status: 504, code: "upstream_timeout" },
  { exception: "InternalServerException", status: 502, code: "upstream_error" },
  { exception: "ModelErrorException", status: 502, code: "upstream_error" },
  { exception: "ServiceUnavailableException", status: 503, code: "slow_down" },
  { exception: "ValidationException", status: 400, code: "invalid_request" },
] as const;

interface BrokenAnswer {
  readonly what: string;
  readonly order: (faults: Faults) => void;
  /** Of the last event. */
  readonly code: string;
}

/** The first token is the second frame, after that which starts the message. */
const FRAMES = 5;

/** Answers that Bedrock does not bring to their end after the first tokens. */
export const brokenAnswers: readonly BrokenAnswer[] = [
  {
    what: "throttling",
    order: (faults) => faults.exceptionAfter(FRAMES, "throttlingException"),
    code: "too_many_requests",
  },
  {
    what: "a model stream error",
    order: (faults) => faults.exceptionAfter(FRAMES, "modelStreamErrorException"),
    code: "upstream_error",
  },
  { what: "a truncated frame", order: (faults) => faults.truncateAfter(FRAMES), code: "upstream_error" },
  { what: "a wrong checksum", order: (faults) => faults.corruptAfter(FRAMES), code: "upstream_error" },
  {
    what: "a clean end without messageStop",
    order: (faults) => faults.endAfter(FRAMES),
    code: "upstream_error",
  },
  {
    what: "a connection broken off",
    order: (faults) => faults.breakOffAfter(FRAMES),
    code: "upstream_error",
  },
];
