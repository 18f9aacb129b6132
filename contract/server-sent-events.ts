import { MalformedChatError, TruncatedChatError, type ChatDecoder, type ChatEncoder } from "./chat-codec.ts";
import { parseJson, readEvent } from "./chat-event-members.ts";
import type { ChatEvent } from "./chat.ts";
import { jsonLine } from "./json-line.ts";
import { Utf8Lines } from "./utf8-lines.ts";
import { WholeCharacters } from "./whole-characters.ts";

/** The media type of server-sent events. */
export const SERVER_SENT_EVENTS_MEDIA_TYPE = "text/event-stream";

/** The longest delay of `setTimeout`, 25 days; above it clients that use one would connect again at once. */
const RETRY_MILLISECONDS = 2 ** 31 - 1;

/**
 * Server-sent events named `data`, `reasoning`, `done` and `error`. Texts are sent raw, a `data` line for each of their
 * lines; `done` and `error` as JSON. A heartbeat is a comment.
 *
 * An answer cannot be taken up again where it was cut, so events have no ids, and the first line asks clients to wait
 * before they connect again for as long as a timer can: what they would get is another answer, at its full price.
 *
 * The format has no way to carry a carriage return: CR and CRLF in a text arrive as LF.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class ServerSentEventsEncoder implements ChatEncoder {
  readonly #characters = new WholeCharacters();
  /** The kinds of text that have ended in a CR: an LF that follows belongs to it and has been sent already. */
  readonly #endedInCarriageReturn = new Set<ChatEvent["type"]>();
  #hasBegun = false;

  encode(event: ChatEvent): string {
    const text = this.#characters
      .push(event)
      .map((whole) => this.#encodeWhole(whole))
      .join("");
    if (text === "" || this.#hasBegun) return text;
    this.#hasBegun = true;
    return `retry: ${RETRY_MILLISECONDS}\n${text}`;
  }

  #encodeWhole(event: ChatEvent): string {
    switch (event.type) {
      case "heartbeat":
        return ": \n\n";
      case "text":
        return this.#encodeText("data", event);
      case "reasoning":
        return this.#encodeText("reasoning", event);
      case "done":
      case "error": {
        const { type, ...members } = event;
        return frame(type, jsonLine(members));
      }
    }
  }

  #encodeText(name: string, { type, text }: { type: "text" | "reasoning"; text: string }): string {
    const unsent = this.#endedInCarriageReturn.has(type) && text.startsWith("\n") ? text.slice(1) : text;
    if (text.endsWith("\r")) this.#endedInCarriageReturn.add(type);
    else this.#endedInCarriageReturn.delete(type);
    return unsent === "" ? "" : frame(name, unsent.replaceAll(/\r\n?/g, "\n"));
  }
}

function frame(name: string, data: string): string {
  const lines = data.split("\n").map((line) => `data: ${line}\n`);
  return `event: ${name}\n${lines.join("")}\n`;
}

/** Reads what `ServerSentEventsEncoder` has written; not every event stream. */
export class ServerSentEventsDecoder implements ChatDecoder {
  readonly #lines = new Utf8Lines();
  #name = "";
  #data: string[] = [];
  #isComplete = false;

  push(chunk: Uint8Array): ChatEvent[] {
    return this.#lines.push(chunk).flatMap((line) => this.#read(line));
  }

  end(): void {
    if (!this.#isComplete) throw new TruncatedChatError();
  }

  #read(line: string): ChatEvent[] {
    if (line === "") return this.#dispatch();
    const [, field = "none", value = ""] = /^([a-z]*):(?: ([^\r]*))?$/.exec(line) ?? [];
    switch (field) {
      case "":
      case "retry":
        return [];
      case "event":
        this.#name = value;
        return [];
      case "data":
        this.#data.push(value);
        return [];
      default:
        throw new MalformedChatError("a line has a field that is not known");
    }
  }

  #dispatch(): ChatEvent[] {
    const [name, data] = [this.#name, this.#data.join("\n")];
    if (name === "" && this.#data.length === 0) return [];
    if (this.#isComplete) throw new MalformedChatError("there is an event after the last one");
    [this.#name, this.#data] = ["", []];
    const event = readEvent(name, name === "done" || name === "error" ? parseJson(data) : data);
    this.#isComplete = event.type === "done" || event.type === "error";
    return [event];
  }
}
