import type { ChatEvent } from "./chat.ts";

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
    this.#halves[type] = endsInHalf(text) ? text.slice(-1) : "";
    return endsInHalf(text) ? text.slice(0, -1) : text;
  }
}

/** Whether the last unit is the first half of a surrogate pair. */
function endsInHalf(text: string): boolean {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function textEvents(type: "text" | "reasoning", text: string): ChatEvent[] {
  return text === "" ? [] : [{ type, text: text.toWellFormed() }];
}
