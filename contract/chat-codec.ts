import type { ChatEvent } from "./chat.ts";

/** Turns the events of one answer into text to be sent as UTF-8. Holds state: one encoder an answer. */
export interface ChatEncoder {
  /** @returns What to send now: whole characters, whole lines. Empty when the event has nothing to show yet. */
  encode(event: ChatEvent): string;
}

/** Reads the bytes of one answer back into events, whatever pieces they come in. One decoder an answer. */
export interface ChatDecoder {
  /**
   * @returns The events that are complete by now. A heartbeat is no event: it has done its work by arriving.
   * @throws MalformedChatError when the bytes are no chat answer.
   */
  push(chunk: Uint8Array): ChatEvent[];
  /**
   * To be called once the bytes have ended.
   *
   * @throws TruncatedChatError when the answer had not come to its `done` or `error`.
   */
  end(): void;
}

/** The bytes do not follow the format they are sent in. */
export class MalformedChatError extends Error {
  override readonly name = "MalformedChatError";
}

/** The answer stops before its `done` or `error`: what came of it is not the whole. */
export class TruncatedChatError extends Error {
  override readonly name = "TruncatedChatError";

  constructor() {
    super("the answer ended without its done or error event");
  }
}
