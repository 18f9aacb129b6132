import type { ContentBlockDelta, TokenUsage } from "@aws-sdk/client-bedrock-runtime";
import type { ChatDone, ChatEvent, ChatUsage } from "../../contract/chat.ts";
import { Refusal } from "../refusal.ts";
import type { ConverseEvent } from "./converse-reader.ts";
import { stopFailure } from "./stop-reasons.ts";

/**
 * Turns Bedrock's events into ours, one by one.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html
 */
export class ChatEventReader {
  readonly #startedAt: number;
  #firstTextAt: number | undefined;
  #stopReason: string | undefined;

  /** @param startedAt When the request came, on the clock of `performance.now()`. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /**
   * @returns `undefined` for what says nothing to a reader; `done` for Bedrock's metadata.
   * @throws Refusal `upstream_error` when the model asks for a tool; what `stopFailure` makes of the reason it stopped for.
   */
  read({
    contentBlockStart,
    contentBlockDelta,
    messageStop,
    metadata,
  }: ConverseEvent): ChatEvent | undefined {
    if (contentBlockDelta?.delta) return this.#readDelta(contentBlockDelta.delta);
    if (contentBlockStart?.start?.toolUse) throw toolUseRefusal();
    if (messageStop?.stopReason) {
      this.#stopReason = messageStop.stopReason;
      const failure = stopFailure(messageStop.stopReason, this.#firstTextAt !== undefined);
      if (failure) throw failure;
    }
    if (!metadata || this.#stopReason === undefined) return undefined;
    return { type: "done", stopReason: this.#stopReason, ...readUsage(metadata.usage), ...this.#times() };
  }

  /**
   * The last event of an answer that has ended without metadata.
   *
   * @throws Refusal `upstream_error` when Bedrock has not said why the model stopped.
   */
  end(): ChatEvent {
    if (this.#stopReason === undefined) {
      throw new Refusal("upstream_error", "The model's answer broke off before its end.");
    }
    return { type: "done", stopReason: this.#stopReason, ...this.#times() };
  }

  #readDelta(delta: ContentBlockDelta): ChatEvent | undefined {
    const event = deltaEvent(delta);
    if (event?.type === "text") this.#firstTextAt ??= performance.now();
    return event;
  }

  #times(): Pick<ChatDone, "latencyMs" | "timeToFirstTokenMs"> {
    return {
      latencyMs: Math.round(performance.now() - this.#startedAt),
      ...(this.#firstTextAt !== undefined && {
        timeToFirstTokenMs: Math.round(this.#firstTextAt - this.#startedAt),
      }),
    };
  }
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
