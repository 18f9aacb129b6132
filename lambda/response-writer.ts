import type { ResponseMetadata } from "../contract/response-prelude.ts";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import type { ResponseStream } from "./awslambda.ts";

/**
 * Writes a response at its reader's pace and notices when there is no reader left.
 *
 * A loop of `write` and never `pipeline`: when the source of a pipeline fails, it destroys the runtime's stream,
 * and the runtime's process with it.
 */
export class ResponseWriter {
  readonly #stream: ResponseStream;
  readonly #patienceMilliseconds: number;
  readonly #gone = new AbortController();
  #bytesWritten = 0;
  #begunAt: number | undefined;

  /** @param patienceMilliseconds How long a reader may take nothing before it counts as gone. */
  constructor(stream: ResponseStream, patienceMilliseconds: number) {
    this.#stream = stream;
    this.#patienceMilliseconds = patienceMilliseconds;
    const close = () => this.#gone.abort(new ReaderGoneError("reader_closed"));
    stream.on("close", close);
    stream.on("error", close);
  }

  /** Aborted with a `ReaderGoneError` when the reader is gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Bytes of the body handed to the runtime. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** When status and headers were handed to the runtime, on the clock of `performance.now()`. */
  get begunAt(): number | undefined {
    return this.#begunAt;
  }

  /**
   * Sends status and headers at once.
   *
   * @throws ReaderGoneError.
   */
  begin(metadata: ResponseMetadata): void {
    this.gone.throwIfAborted();
    awslambda.HttpResponseStream.from(this.#stream, metadata);
    // Without a write the runtime sends no metadata, and API Gateway answers with an error of its own.
    this.#stream.write("");
    this.#begunAt = performance.now();
  }

  /**
   * Resolves when the stream takes more.
   *
   * @throws ReaderGoneError.
   */
  async write(chunk: Uint8Array): Promise<void> {
    this.gone.throwIfAborted();
    this.#bytesWritten += chunk.length;
    if (!this.#stream.write(chunk)) await this.#drained();
  }

  end(): void {
    this.gone.throwIfAborted();
    this.#stream.end();
  }

  /**
   * Makes sure that an invocation whose reader takes nothing comes to its end. The runtime waits until it has handed
   * over the failure, which such a reader never takes, and the function would be billed up to its timeout. So the
   * stream is destroyed after a grace, and the runtime with it: one cold start costs less.
   */
  endSoon(graceMilliseconds: number): void {
    const timer = setTimeout(() => this.#stream.destroy(), graceMilliseconds);
    this.#stream.on("close", () => clearTimeout(timer));
  }

  async #drained(): Promise<void> {
    const stalled = () => this.#gone.abort(new ReaderGoneError("reader_stalled"));
    const timer = setTimeout(stalled, this.#patienceMilliseconds);
    let settle = () => {};
    await new Promise<void>((resolve) => {
      settle = resolve;
      this.#stream.on("drain", settle);
      this.gone.addEventListener("abort", settle);
    });
    clearTimeout(timer);
    this.#stream.off("drain", settle);
    this.gone.removeEventListener("abort", settle);
    this.gone.throwIfAborted();
  }
}
