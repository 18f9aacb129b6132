import type { ChatEvent } from "./chat.ts";

const HIGH_SURROGATE_AT_END = /[\uD800-\uDBFF]$/;

/**
 * Brings together the two halves of a character that a model's deltas have cut in two, and puts U+FFFD in the place of a
 * half that is alone, as UTF-8 does. Also leaves out deltas without text.
 */
export class WholeCharacters {
  readonly #halves = { text: "", reasoning: "" };

  /** @returns The events to send in its place. A half whose other half never comes goes out before the last event. */
  push(event: ChatEvent): ChatEvent[] {
    switch (event.type) {
      case "heartbeat":
        return [event];
      case "text":
      case "reasoning":
        return textEvents(event.type, this.#complete(event.type, event.text));
      case "done":
      case "error":
        return [
          ...textEvents("reasoning", this.#halves.reasoning),
          ...textEvents("text", this.#halves.text),
          event,
        ];
    }
  }

  #complete(type: "text" | "reasoning", delta: string): string {
    const text = this.#halves[type] + delta;
    const half = HIGH_SURROGATE_AT_END.exec(text)?.[0] ?? "";
    this.#halves[type] = half;
    return text.slice(0, text.length - half.length);
  }
}

function textEvents(type: "text" | "reasoning", text: string): ChatEvent[] {
  return text === "" ? [] : [{ type, text: text.toWellFormed() }];
}
