import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { ConverseRequest } from "./converse-request.ts";
import { eventFrame } from "./frames.ts";
import { scriptReply, type ScriptedModelOptions, type StopReason } from "./scripted-model.ts";

/** Result of a generation, as both operations report it. */
interface Outcome {
  readonly stopReason: StopReason;
  readonly usage: Readonly<Record<string, number>>;
  readonly metrics: { readonly latencyMs: number };
}

/**
 * The frames of a ConverseStream answer, each when the model has it.
 *
 * @param signal Ends the generation at once.
 * @throws AbortError
 */
export async function* streamFrames(
  request: ConverseRequest,
  options: ScriptedModelOptions,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const generation = new Generation(request, options, signal);
  yield eventFrame("messageStart", { role: "assistant" });
  for await (const text of generation.tokens()) {
    yield eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } });
  }
  const { stopReason, usage, metrics } = generation.outcome();
  yield eventFrame("contentBlockStop", { contentBlockIndex: 0 });
  yield eventFrame("messageStop", { stopReason });
  yield eventFrame("metadata", { usage, metrics });
}

/**
 * The body of a Converse answer, when the model has all of it.
 *
 * @throws AbortError
 */
export async function wholeAnswer(
  request: ConverseRequest,
  options: ScriptedModelOptions,
  signal: AbortSignal,
): Promise<object> {
  const generation = new Generation(request, options, signal);
  let text = "";
  for await (const token of generation.tokens()) text += token;
  return { output: { message: { role: "assistant", content: [{ text }] } }, ...generation.outcome() };
}

class Generation {
  readonly #startedAt = performance.now();
  readonly #request: ConverseRequest;
  readonly #options: ScriptedModelOptions;
  readonly #signal: AbortSignal;
  readonly #reply: ReturnType<typeof scriptReply>;

  constructor(request: ConverseRequest, options: ScriptedModelOptions, signal: AbortSignal) {
    this.#request = request;
    this.#options = options;
    this.#signal = signal;
    this.#reply = scriptReply(request, options.reply);
  }

  async *tokens(): AsyncGenerator<string> {
    const { firstTokenMilliseconds = 300, tokensPerSecond = 50 } = this.#options;
    const tokenMilliseconds = tokensPerSecond === 0 ? 0 : 1000 / tokensPerSecond;
    for (const [index, token] of this.#reply.tokens.entries()) {
      // By the clock, so that late timers do not add up.
      await this.#waitUntil(firstTokenMilliseconds + index * tokenMilliseconds);
      yield token;
    }
  }

  outcome(): Outcome {
    const { inputTokens } = this.#request;
    const { tokens, stopReason } = this.#reply;
    return {
      stopReason,
      usage: {
        inputTokens,
        outputTokens: tokens.length,
        totalTokens: inputTokens + tokens.length,
        cacheReadInputTokens: 0,
        cacheWriteInputTokens: 0,
      },
      metrics: { latencyMs: Math.round(performance.now() - this.#startedAt) },
    };
  }

  async #waitUntil(milliseconds: number): Promise<void> {
    const remaining = this.#startedAt + milliseconds - performance.now();
    // Without a pause others still get their turn, and a reader who leaves is noticed.
    if (remaining <= 0) await nextTurn(undefined, { signal: this.#signal });
    else await sleep(remaining, undefined, { signal: this.#signal });
  }
}
