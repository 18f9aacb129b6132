import test from "ava";
import type { ErrorCode } from "../../../contract/errors.ts";
import { refusalFor } from "../../../core/chat-stream/bedrock-errors.ts";
import { Refusal } from "../../../core/refusal.ts";

/** The first four as the models' users have met them; the fifth is how models with OpenAI's interface say it. */
const validationMessages: readonly (readonly [message: string, code: ErrorCode])[] = [
  ["The model returned the following errors: Input is too long for requested model.", "context_too_long"],
  [
    "The model returned the following errors: prompt is too long: 200049 tokens > 200000 maximum",
    "context_too_long",
  ],
  ["input length and `max_tokens` exceed context limit: 90402 + 116650 > 204648", "context_too_long"],
  ["too many total text bytes: 26214401 > 26214400", "context_too_long"],
  ["This model's maximum context length is 202752 tokens. However, you requested 65536", "context_too_long"],
  ["The provided model identifier is invalid.", "not_found"],
  ["Invocation of model ID m with on-demand throughput isn’t supported.", "not_found"],
  ["temperature and top_p cannot both be specified for this model", "invalid_request"],
  ["", "invalid_request"],
];

const named = (name: string, message = "", more: object = {}) =>
  Object.assign(new Error(message), { name }, more);

for (const [message, code] of validationMessages) {
  test(`a validation error saying "${message}" is ${code}`, (t) => {
    t.is(refusalFor(named("ValidationException", message)).code, code);
  });
}

for (const [title, error, code] of [
  ["a connection that cannot be made in time", named("TimeoutError"), "upstream_timeout"],
  [
    "a connection reset before the answer",
    named("TimeoutError", "", { code: "ECONNRESET" }),
    "upstream_error",
  ],
  ["a connection closed while asking", named("TimeoutError", "", { code: "EPIPE" }), "upstream_error"],
  ["an exception named as on the wire", named("throttlingException"), "too_many_requests"],
  ["missing credentials", named("CredentialsProviderError"), "upstream_error"],
  ["something that is no error", "oops", "upstream_error"],
] as const) {
  test(`${title} is ${code}`, (t) => {
    const refusal = refusalFor(error);
    t.is(refusal.code, code);
    t.is(refusal.cause, error);
  });
}

test("a refusal stays what it is", (t) => {
  const refusal = new Refusal("context_too_long");
  t.is(refusalFor(refusal), refusal);
});
