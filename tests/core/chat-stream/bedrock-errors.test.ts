import { BedrockRuntimeServiceException } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import type { ChatRequest } from "../../../contract/chat.ts";
import type { ErrorCode } from "../../../contract/errors.ts";
import { refusalFor } from "../../../core/chat-stream/bedrock-errors.ts";
import { Refusal } from "../../../core/refusal.ts";
import { failureFields } from "../../../core/request-log.ts";
import { QUESTION } from "../../helpers/open-scripted-chat.ts";

const settings = { system: "Be brief.", maxTokens: 9, temperature: 1, topP: 1, stopSequences: ["\n"] };

/** As the models' users have met them, and as AWS's pages have them. */
const validationMessages: readonly (readonly [
  message: string,
  code: ErrorCode,
  sent?: Partial<ChatRequest>,
])[] = [
  // The conversation is too long.
  ["The model returned the following errors: Input is too long for requested model.", "context_too_long"],
  ["prompt is too long: 200049 tokens > 200000 maximum", "context_too_long"],
  ["input length and `max_tokens` exceed context limit: 90402 + 116650 > 204648", "context_too_long"],
  ["too many total text bytes: 26214401 > 26214400", "context_too_long"],
  ["This model's maximum context length is 202752 tokens. However, you requested 65536", "context_too_long"],
  [
    "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    "context_too_long",
  ],
  [
    "Input Tokens Exceeded: Number of input tokens exceeds maximum length. Please update the input to try again.",
    "context_too_long",
  ],
  ["Too many input tokens. Max input tokens: 8192, request input token count: 9279 ", "context_too_long"],
  [
    "too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5022.",
    "context_too_long",
  ],
  [
    "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    "context_too_long",
  ],
  [
    "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).",
    "context_too_long",
  ],
  ["The decoder prompt (length 10127) is longer than the maximum model length of 8192.", "context_too_long"],
  ["Your input exceeds the context window of this model.", "context_too_long"],
  ["Malformed input request: expected maxLength: 50000, actual: 52611", "context_too_long"],
  // The operator's.
  ["Operation not allowed", "model_unavailable"],
  ["Your account is not authorized to invoke this API operation.", "model_unavailable"],
  ["This model version has reached the end of its life.", "model_unavailable"],
  ["Access denied. This Model is marked by provider as Legacy", "model_unavailable"],
  ["The provided model identifier is invalid.", "model_unavailable"],
  ["Invocation of model ID m with on-demand throughput isn’t supported.", "model_unavailable"],
  [
    "This action doesn't support the model that you provided. Try again with a supported text or chat model",
    "model_unavailable",
  ],
  ["You have not filled out the required use-case form for this model.", "model_unavailable"],
  ["The guardrail identifier or version provided in the request does not exist.", "model_unavailable"],
  [
    "Access to Anthropic models is not allowed from unsupported countries, regions, or territories.",
    "model_unavailable",
  ],
  ["1 validation error detected: Value 'x y' at 'modelId' failed to satisfy constraint", "model_unavailable"],
  // A setting that the request does not have is the deployment's.
  ["The maximum tokens you requested exceeds the model limit of 4096.", "model_unavailable"],
  ["This model doesn't support the system field.", "model_unavailable"],
  // The caller's.
  ["The maximum tokens you requested exceeds the model limit of 4096.", "invalid_request", settings],
  ["`temperature` and `top_p` cannot both be specified for this model", "invalid_request", settings],
  ["`temperature` is deprecated for this model.", "invalid_request", settings],
  ["This model doesn't support the system field.", "invalid_request", settings],
  ["stop_sequences: each stop sequence must contain non-whitespace", "invalid_request", settings],
  ["messages.0: text content blocks must be non-empty", "invalid_request"],
  ["Malformed input request, please reformat your input and try again.", "invalid_request"],
  ["", "invalid_request"],
];

const named = (name: string, message = "", more: object = {}) =>
  Object.assign(new Error(message), { name }, more);

for (const [message, code, sent = {}] of validationMessages) {
  test(`a validation error is ${code}: ${message}${"topP" in sent ? " (sent)" : ""}`, (t) => {
    t.is(refusalFor(named("ValidationException", message), { ...QUESTION, ...sent }).code, code);
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
  ["missing credentials", named("CredentialsProviderError"), "misconfigured"],
  [
    "a context too long for the model itself",
    named("ModelErrorException", "prompt is too long: 9 > 8"),
    "context_too_long",
  ],
  ["something that is no error", "oops", "upstream_error"],
] as const) {
  test(`${title} is ${code}`, (t) => {
    const refusal = refusalFor(error, QUESTION);
    t.is(refusal.code, code);
    t.is(refusal.cause, error);
  });
}

test("a refusal stays what it is", (t) => {
  const refusal = new Refusal("context_too_long");
  t.is(refusalFor(refusal, QUESTION), refusal);
});

for (const [sent, message, told] of [
  [{}, "no", "The model does not take this request."],
  [
    settings,
    "no",
    "The model does not take this request with this system, maxTokens, temperature, topP, stopSequences. Not every model takes every setting, value and combination of them.",
  ],
  [
    settings,
    "`temperature` and `top_p` cannot both be specified",
    "The model does not take this request with this temperature, topP. Not every model takes every setting, value and combination of them.",
  ],
] as const) {
  test(`a refused request is told of what it holds alone: ${told}`, (t) => {
    t.is(refusalFor(named("ValidationException", message), { ...QUESTION, ...sent }).message, told);
  });
}

test("a quota of the day names no time to try again, one of the minute does", (t) => {
  const refusal = (message: string) => refusalFor(named("ThrottlingException", message), QUESTION);
  t.deepEqual(refusal("Too many tokens per day, please wait before trying again.").headers, {});
  t.deepEqual(refusal("Too many tokens, please wait before trying again.").headers, { "Retry-After": "5" });
});

test("a subscription under way says when to try again", (t) => {
  const message = "If you recently fixed this issue, try again after 2 minutes.";
  t.deepEqual(refusalFor(named("AccessDeniedException", message), QUESTION).headers, {
    "Retry-After": "120",
  });
});

test("the log has Bedrock's words and its number for the request, without ids and without what was asked", (t) => {
  const message =
    "User: arn:aws:sts::111122223333:assumed-role/chat-role/i-0abc is not authorized to perform: " +
    "bedrock:InvokeModelWithResponseStream with an explicit deny in a service control policy: " +
    "arn:aws:organizations::111122223333:policy/o-a1b2c3d4e5/service_control_policy/p-abcd1234 for 'my dear secret' or Why?";
  const error = new BedrockRuntimeServiceException({
    name: "AccessDeniedException",
    message,
    $fault: "client",
    $metadata: { requestId: "r-1", httpStatusCode: 403 },
  });
  t.deepEqual(failureFields(refusalFor(error, QUESTION)), {
    errorCode: "model_unavailable",
    cause: "AccessDeniedException",
    upstreamMessage:
      "User: arn:aws:sts::***:assumed-role/chat-role/*** is not authorized to perform: " +
      "bedrock:InvokeModelWithResponseStream with an explicit deny in a service control policy: " +
      "arn:aws:organizations::***:policy/***/service_control_policy/*** for '***' or ***",
    upstreamRequestId: "r-1",
  });
});
