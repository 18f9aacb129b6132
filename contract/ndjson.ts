import { MalformedChatError, TruncatedChatError, type ChatDecoder, type ChatEncoder } from "./chat-codec.ts";
import { parseJson, readEvent } from "./chat-event-members.ts";
import type { ChatEvent } from "./chat.ts";
import { jsonLine } from "./json-line.ts";
import { isObject } from "./json-object.ts";
import { Utf8Lines } from "./utf8-lines.ts";
import { WholeCharacters } from "./whole-characters.ts";

/**
 * The media type of JSON lines: registered nowhere, but the one in use.
 * Source: https://github.com/ndjson/ndjson-spec
 */
export const NDJSON_MEDIA_TYPE = "application/x-ndjson";

/**
 * One JSON object a line: `{"data":"..."}`, `{"reasoning":"..."}`, and last `{"done":{...}}` or `{"error":{...}}`.
 *
 * A heartbeat is a space without a line end. JSON allows it ahead of the next object, so every line parses with
 * `JSON.parse` alone and none is empty. An answer that is cut after a heartbeat leaves spaces without a line end.
 */
export class NdjsonEncoder implements ChatEncoder {
  readonly #characters = new WholeCharacters();

  encode(event: ChatEvent): string {
    return this.#characters.push(event).map(encodeWhole).join("");
  }
}

/** Reads what `NdjsonEncoder` has written. */
export class NdjsonDecoder implements ChatDecoder {
  readonly #lines = new Utf8Lines();
  #isComplete = false;

  push(chunk: Uint8Array): ChatEvent[] {
    return this.#lines.push(chunk).map((line) => this.#read(line));
  }

  end(): void {
    if (!this.#isComplete) throw new TruncatedChatError();
  }

  #read(line: string): ChatEvent {
    if (this.#isComplete) throw new MalformedChatError("there is a line after the last event");
    const value = parseJson(line);
    const [member, ...others] = isObject(value) ? Object.entries(value) : [];
    if (member === undefined || others.length > 0) {
      throw new MalformedChatError("a line is not an object with one member");
    }
    const event = readEvent(...member);
    this.#isComplete = event.type === "done" || event.type === "error";
    return event;
  }
}

function encodeWhole(event: ChatEvent): string {
  switch (event.type) {
    case "heartbeat":
      return " ";
    case "text":
      return line({ data: event.text });
    case "reasoning":
      return line({ reasoning: event.text });
    case "done":
    case "error": {
      const { type, ...members } = event;
      return line({ [type]: members });
    }
  }
}

function line(value: unknown): string {
  return `${jsonLine(value)}\n`;
}
