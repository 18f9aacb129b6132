import { Refusal } from "../refusal.ts";

/** How the model ended: with an answer, or in a way that makes what came of it none. */
class ModelStop extends Error {
  override readonly name = "ModelStop";
  /** Bedrock's stop reason, for the log. */
  readonly code: string;

  constructor(stopReason: string) {
    super(`the model stopped: ${stopReason}`);
    this.code = stopReason;
  }
}

/**
 * The stop reasons after which an answer is whole, text or not: the model had said all, met one of the stop sequences,
 * used the tokens it may use, or was ended by a guardrail or a filter, which may have left nothing.
 */
const WHOLE: ReadonlySet<string> = new Set([
  "end_turn",
  "stop_sequence",
  "max_tokens",
  "guardrail_intervened",
  "content_filtered",
]);

/** The stop reasons that are failures, whatever came before. */
const FAILURES: Readonly<Record<string, string>> = {
  malformed_model_output: "The model's answer came out malformed.",
  malformed_tool_use: "The model asked for a tool in a malformed way, and this API offers it none.",
  tool_use: "The model asked for a tool, and this API offers it none.",
};

/**
 * Decides by Bedrock's stop reason whether an answer is whole. A reason that is not known here counts as an end of a text,
 * and as a failure where there is none.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_MessageStopEvent.html
 *
 * @param hasText Whether any text has come.
 * @returns `undefined` for a whole answer; else `upstream_error`, or `context_too_long` for a context that was full
 * before the first text.
 */
export function stopFailure(stopReason: string, hasText: boolean): Refusal | undefined {
  const details = { cause: new ModelStop(stopReason) };
  const failure = Object.hasOwn(FAILURES, stopReason) ? FAILURES[stopReason] : undefined;
  if (failure !== undefined) return new Refusal("upstream_error", failure, details);
  if (hasText || WHOLE.has(stopReason)) return undefined;
  if (stopReason === "model_context_window_exceeded")
    return new Refusal("context_too_long", undefined, details);
  return new Refusal("upstream_error", "The model ended without an answer.", details);
}
