import type { ChatEvent } from "../contract/chat.ts";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import { Refusal } from "../core/refusal.ts";
import type { ChatMeasures } from "./chat-metrics.ts";

/**
 * The statuses of refusals that are about the request itself. That the model may not be used, does not exist or has no
 * quota left has one of the 400s too, but is not the caller's doing: the caller does not choose it.
 */
const CALLERS_STATUSES: ReadonlySet<number> = new Set([400, 406, 413, 415]);

/** Takes the measures of one chat, from the request on. */
export class ChatMeter {
  readonly #startedAt = performance.now();
  #firstTextAt = 0;
  #lastTextAt = 0;
  #texts = 0;
  #tokensOut: number | undefined;
  #hasFailed = false;

  /** Takes note of an event at the time it goes out. */
  note(event: ChatEvent): void {
    if (event.type === "text") {
      this.#lastTextAt = performance.now();
      if (this.#texts === 0) this.#firstTextAt = this.#lastTextAt;
      this.#texts += 1;
    }
    if (event.type === "done") this.#tokensOut = event.usage?.outputTokens;
    if (event.type === "error") this.#hasFailed = true;
  }

  /** Takes note of what ended the chat other than its last event. A caller who leaves, or asks wrongly, is no failure. */
  fail(error: unknown): void {
    const isCallers =
      error instanceof ReaderGoneError || (error instanceof Refusal && CALLERS_STATUSES.has(error.status));
    this.#hasFailed ||= !isCallers;
  }

  get measures(): ChatMeasures {
    const gaps = this.#texts - 1;
    return {
      timeToFirstTokenMilliseconds: this.#texts > 0 ? this.#firstTextAt - this.#startedAt : undefined,
      interTokenGapMilliseconds: gaps > 0 ? (this.#lastTextAt - this.#firstTextAt) / gaps : undefined,
      tokensOut: this.#tokensOut,
      hasFailed: this.#hasFailed,
    };
  }
}
