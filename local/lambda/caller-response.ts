import { PassThrough, type Readable } from "node:stream";
import { deferred } from "./deferred.ts";
import type { FunctionError } from "./lambda-service.ts";

/** A function's response, begun. */
export interface FunctionResponse {
  readonly contentType: string;
  readonly body: Readable;
}

/** Bytes kept between the function and the caller. */
const BUFFER_BYTES = 64 * 1024;

/** The caller's end of an invocation: begins with the first byte, then ends once, well or with an error. */
export class CallerResponse {
  readonly #begun = deferred<FunctionResponse>();
  readonly #body = new PassThrough({ highWaterMark: BUFFER_BYTES });
  #isEnded = false;
  #error: FunctionError | undefined;

  constructor() {
    // A caller may be gone, or may not have begun to read, when the response fails.
    this.#body.on("error", () => {});
    this.#begun.promise.catch(() => {});
  }

  /** Resolves with the first byte or a good end; rejects with the FunctionError of a failure before that. */
  get begun(): Promise<FunctionResponse> {
    return this.#begun.promise;
  }

  get error(): FunctionError | undefined {
    return this.#error;
  }

  /** Whether the function has brought it to an end, also when the caller has not stayed for it. */
  get isOver(): boolean {
    return this.#isEnded || this.#error !== undefined;
  }

  /** Resolves when the caller has room for more, or is gone: what a function writes then is thrown away. */
  async write(contentType: string, chunk: Buffer): Promise<void> {
    this.#begun.resolve({ contentType, body: this.#body });
    if (this.#body.writable && !this.#body.write(chunk)) await roomIn(this.#body);
  }

  end(contentType: string): void {
    this.#begun.resolve({ contentType, body: this.#body });
    this.#isEnded = true;
    this.#body.end();
  }

  /** Has no effect on a response that has ended. */
  fail(error: FunctionError): void {
    if (this.isOver) return;
    this.#error = error;
    this.#begun.reject(error);
    this.#body.destroy(error);
  }
}

function roomIn(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}
