import type { ServerResponse } from "node:http";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import { Refusal } from "../core/refusal.ts";

/** Another task has room at once, and this one soon: most answers take some seconds. */
const RETRY_AFTER_SECONDS = "1";

/** The chats and downloads under way: counted, never more than the process can carry, and brought to an end together. */
export class OpenStreams {
  readonly #limit: number;
  readonly #stops = new Map<ServerResponse, AbortController>();
  #refusal = "This server answers as many requests as it can.";
  #isClosed = false;

  /** @param limit How many there may be at a time. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many there are. */
  get count(): number {
    return this.#stops.size;
  }

  /**
   * Counts a response as a stream from now on until it is closed.
   *
   * @returns A signal that is aborted when there is no use in going on: with a `ReaderGoneError` once the response is
   * closed, with a `Refusal` when the server has to stop.
   * @throws Refusal `slow_down` when there are as many as there may be. Nobody waits in line for a place.
   */
  open(response: ServerResponse): AbortSignal {
    if (this.#isClosed || this.#stops.size >= this.#limit) throw this.#slowDown();
    const stop = new AbortController();
    this.#stops.set(response, stop);
    response.once("close", () => {
      this.#stops.delete(response);
      stop.abort(new ReaderGoneError("reader_closed"));
    });
    return stop.signal;
  }

  /** Refuses every further stream. Those under way go on. */
  close(): void {
    this.#isClosed = true;
    this.#refusal = "This server is being replaced.";
  }

  /** Asks what is under way to come to its end at once. */
  stopAll(): void {
    for (const stop of this.#stops.values()) stop.abort(this.#slowDown());
  }

  /** Breaks off what is still under way. */
  breakOffAll(): void {
    for (const response of this.#stops.keys()) response.destroy();
  }

  /** Resolves once all that are under way now are over. */
  async over(): Promise<void> {
    const closed = (response: ServerResponse) =>
      new Promise<void>((resolve) => response.once("close", () => resolve()));
    await Promise.all([...this.#stops.keys()].map(closed));
  }

  #slowDown(): Refusal {
    return new Refusal("slow_down", this.#refusal, { headers: { "Retry-After": RETRY_AFTER_SECONDS } });
  }
}
