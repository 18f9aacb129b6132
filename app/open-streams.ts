import type { ServerResponse } from "node:http";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import { Refusal } from "../core/refusal.ts";

/** Another task has room at once, and this one soon: most answers take some seconds. */
const RETRY_AFTER_SECONDS = "1";

/** How often it is looked at what readers have taken. */
const LOOK_MILLISECONDS = 1000;

/**
 * A reader who has taken nothing for this long gives way to a new one when there is no other place. One who reads 100 kB/s
 * has shorter pauses: the kernel wants new bytes only when a third of its 4 MB are free again.
 */
const STALLED_MILLISECONDS = 20_000;

/** What takes places of its own. A download waits for its reader, and so may last; a chat ends when its model does. */
export type StreamKind = "chat" | "download";

interface OpenStream {
  readonly response: ServerResponse;
  readonly kind: StreamKind;
  readonly stop: AbortController;
  takenBytes: number;
  /** When its reader was last seen to take something, or to have nothing to take; on the clock of `performance.now()`. */
  takenAt: number;
}

/** The chats and downloads under way: counted, never more than the process can carry, and brought to an end together. */
export class OpenStreams {
  readonly #limit: number;
  readonly #stalledMilliseconds: number;
  readonly #streams = new Set<OpenStream>();
  readonly #looking: NodeJS.Timeout;
  #refusal = "This server answers as many requests as it can.";
  #isClosed = false;

  /**
   * @param limit How many chats there may be at a time, and how many downloads.
   * @param stalledMilliseconds Default: 20 seconds.
   */
  constructor(limit: number, stalledMilliseconds = STALLED_MILLISECONDS) {
    this.#limit = limit;
    this.#stalledMilliseconds = stalledMilliseconds;
    this.#looking = setInterval(() => this.#look(), Math.min(LOOK_MILLISECONDS, stalledMilliseconds)).unref();
  }

  /** How many there are of both kinds. */
  get count(): number {
    return this.#streams.size;
  }

  /**
   * Counts a response as a stream from now on until it is closed. When all places of its kind are taken, the reader who
   * has stalled for longest loses his.
   *
   * @returns A signal that is aborted when there is no use in going on: with a `ReaderGoneError` once the response is
   * closed, with a `Refusal` when the server has to stop.
   * @throws Refusal `slow_down` when there is no place. Nobody waits in line for one.
   */
  open(response: ServerResponse, kind: StreamKind): AbortSignal {
    if (this.#isClosed || !this.#hasPlace(kind)) throw this.#slowDown();
    const stop = new AbortController();
    const stream = { response, kind, stop, takenBytes: 0, takenAt: performance.now() };
    this.#streams.add(stream);
    response.once("close", () => this.#end(stream, "reader_closed"));
    return stop.signal;
  }

  /** Refuses every further stream. Those under way go on. */
  close(): void {
    this.#isClosed = true;
    this.#refusal = "This server is being replaced.";
    clearInterval(this.#looking);
  }

  /** Asks what is under way to come to its end at once. */
  stopAll(): void {
    for (const { stop } of this.#streams) stop.abort(this.#slowDown());
  }

  /** Breaks off what is still under way. */
  breakOffAll(): void {
    for (const { response } of this.#streams) response.destroy();
  }

  /** Resolves once all that are under way now are over. */
  async over(): Promise<void> {
    const closed = ({ response }: OpenStream) =>
      new Promise<void>((resolve) => response.once("close", () => resolve()));
    await Promise.all([...this.#streams].map(closed));
  }

  #hasPlace(kind: StreamKind): boolean {
    const streams = [...this.#streams].filter((stream) => stream.kind === kind);
    if (streams.length < this.#limit) return true;
    this.#look();
    const stalledBefore = performance.now() - this.#stalledMilliseconds;
    const [longest] = streams
      .filter(({ takenAt }) => takenAt <= stalledBefore)
      .sort((a, b) => a.takenAt - b.takenAt);
    if (longest === undefined) return false;
    this.#end(longest, "reader_stalled");
    longest.response.destroy();
    return true;
  }

  #end(stream: OpenStream, reason: ReaderGoneError["code"]): void {
    this.#streams.delete(stream);
    stream.stop.abort(new ReaderGoneError(reason));
  }

  #look(): void {
    for (const stream of this.#streams) {
      const { socket } = stream.response;
      if (socket === null) continue;
      const takenBytes = socket.bytesWritten - socket.writableLength;
      if (socket.writableLength > 0 && takenBytes === stream.takenBytes) continue;
      stream.takenBytes = takenBytes;
      stream.takenAt = performance.now();
    }
  }

  #slowDown(): Refusal {
    return new Refusal("slow_down", this.#refusal, { headers: { "Retry-After": RETRY_AFTER_SECONDS } });
  }
}
