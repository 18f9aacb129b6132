import { MalformedChatError } from "./chat-codec.ts";

/** Cuts bytes that come in any pieces into lines ending in LF. */
export class Utf8Lines {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  #rest = "";

  /**
   * @returns The lines that are complete by now, without their ends.
   * @throws MalformedChatError when the bytes are not UTF-8.
   */
  push(chunk: Uint8Array): string[] {
    const lines = (this.#rest + this.#decode(chunk)).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }

  #decode(chunk: Uint8Array): string {
    try {
      return this.#decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new MalformedChatError("the bytes are not UTF-8", { cause: error });
    }
  }
}
