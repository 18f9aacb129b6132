import type { ContentBlockDelta, ConverseStreamOutput, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { ChatDone, ChatEvent, ChatUsage } from "../../contract/chat.ts";
import { Refusal } from "../refusal.ts";
import { stopFailure } from "./stop-reasons.ts";

/**
 * Turns Bedrock's events into ours, as they come. `done` comes with Bedrock's metadata, or at the end of the stream
 * where Bedrock sends none.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 *
 * @param startedAt When the request came, on the clock of `performance.now()`.
 * @throws Refusal `upstream_error` when the stream ends without Bedrock saying why the model stopped, or when the
 * model asks for a tool; what `stopFailure` makes of the reason; whatever the stream throws.
 */
export async function* chatEvents(
  outputs: AsyncIterable<ConverseStreamOutput>,
  startedAt: number,
): AsyncGenerator<ChatEvent, undefined> {
  let firstTextAt: number | undefined;
  let stopReason: string | undefined;
  let isDone = false;
  for await (const { contentBlockStart, contentBlockDelta, messageStop, metadata } of outputs) {
    if (contentBlockStart?.start?.toolUse) throw toolUseRefusal();
    const event = contentBlockDelta?.delta && deltaEvent(contentBlockDelta.delta);
    if (event?.type === "text") firstTextAt ??= performance.now();
    if (event) yield event;
    stopReason = messageStop?.stopReason ?? stopReason;
    const failure = messageStop?.stopReason && stopFailure(messageStop.stopReason, firstTextAt !== undefined);
    if (failure) throw failure;
    if (metadata && stopReason !== undefined) {
      isDone = true;
      yield { type: "done", stopReason, ...readUsage(metadata.usage), ...times(startedAt, firstTextAt) };
    }
  }
  if (isDone) return;
  if (stopReason === undefined) {
    throw new Refusal("upstream_error", "The model's answer broke off before its end.");
  }
  yield { type: "done", stopReason, ...times(startedAt, firstTextAt) };
}

/** Signatures, encrypted reasoning and what Bedrock may add one day say nothing to a reader, and are left out. */
function deltaEvent({ text, reasoningContent, toolUse }: ContentBlockDelta): ChatEvent | undefined {
  if (toolUse) throw toolUseRefusal();
  if (isText(text)) return { type: "text", text };
  if (isText(reasoningContent?.text)) return { type: "reasoning", text: reasoningContent.text };
  return undefined;
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

function toolUseRefusal(): Refusal {
  return new Refusal("upstream_error", "The model asked for a tool, and this API offers it none.");
}

/** Nothing where Bedrock does not say what the answer took. */
function readUsage(sent: Partial<TokenUsage> = {}): { readonly usage?: ChatUsage } {
  const { inputTokens, outputTokens, cacheReadInputTokens, cacheWriteInputTokens } = sent;
  if (inputTokens === undefined || outputTokens === undefined) return {};
  const usage = {
    inputTokens,
    outputTokens,
    totalTokens: sent.totalTokens ?? inputTokens + outputTokens,
    ...(cacheReadInputTokens !== undefined && { cacheReadInputTokens }),
    ...(cacheWriteInputTokens !== undefined && { cacheWriteInputTokens }),
  };
  return { usage };
}

function times(
  startedAt: number,
  firstTextAt: number | undefined,
): Pick<ChatDone, "latencyMs" | "timeToFirstTokenMs"> {
  return {
    latencyMs: Math.round(performance.now() - startedAt),
    ...(firstTextAt !== undefined && { timeToFirstTokenMs: Math.round(firstTextAt - startedAt) }),
  };
}
