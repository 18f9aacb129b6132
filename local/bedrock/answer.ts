import { once } from "node:events";
import type { OutgoingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";

/** Common part of the responses of HTTP/1.1 and HTTP/2. */
interface HttpResponse extends Writable {
  readonly headersSent: boolean;
  statusCode: number;
  /** Only in HTTP/2, where a stream that was cut short counts as finished for all that Writable says. */
  readonly stream?: { readonly rstCode?: number };
  writeHead(statusCode: number, headers: OutgoingHttpHeaders): unknown;
  /** Only in HTTP/1.1, which otherwise keeps the head back until there is a body. */
  flushHeaders?(): void;
}

/** An answer being given, over either version of HTTP, as fast as its reader takes it. */
export class Answer {
  readonly #response: HttpResponse;
  readonly #socket: Socket;
  readonly #closed = new AbortController();
  #aborted = false;

  constructor(response: HttpResponse, socket: Socket) {
    this.#response = response;
    this.#socket = socket;
    response.once("close", () => {
      const wasReset = (response.stream?.rstCode ?? 0) !== 0;
      this.#aborted = !response.writableEnded || !response.writableFinished || wasReset;
      this.#closed.abort();
    });
  }

  /** `undefined` until the answer begins. */
  get statusCode(): number | undefined {
    return this.#response.headersSent ? this.#response.statusCode : undefined;
  }

  /** Aborted when the answer is over: given in full, or given up by either side. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /** The answer was over before it was whole. */
  get aborted(): boolean {
    return this.#aborted;
  }

  /** Sends the head at once. */
  begin(statusCode: number, headers: OutgoingHttpHeaders): void {
    this.#response.writeHead(statusCode, headers);
    this.#response.flushHeaders?.();
  }

  /**
   * Fulfilled when there is room for more.
   *
   * @throws AbortError when the reader is gone
   */
  async write(bytes: Uint8Array): Promise<void> {
    this.#closed.signal.throwIfAborted();
    if (!this.#response.write(bytes)) await once(this.#response, "drain", { signal: this.#closed.signal });
  }

  end(bytes?: Uint8Array | string): void {
    this.#response.end(bytes);
  }

  /** Breaks the connection off (RST). What was sent and not yet read may be lost with it. */
  async reset(): Promise<void> {
    await this.#flush();
    this.#socket.resetAndDestroy();
  }

  /** Breaks the answer off in good order: HTTP/1.1 ends its connection, HTTP/2 cancels the stream. */
  async breakOff(): Promise<void> {
    await this.#flush();
    this.#response.destroy();
  }

  /** Waits until everything written has left the process: breaking off would throw away what has not. */
  async #flush(): Promise<void> {
    if (this.#closed.signal.aborted) return;
    const closed = once(this.#closed.signal, "abort");
    // An empty write is done when all before it are.
    await Promise.race([closed, new Promise((resolve) => this.#response.write("", resolve))]);
  }
}
