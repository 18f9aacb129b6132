import { EventEmitter } from "node:events";
import { PreludeParser, type ResponseMetadata } from "../../contract/response-prelude.ts";
import type { AwsLambda, ResponseStream } from "../../lambda/awslambda.ts";

/**
 * A response stream with the ways of the Lambda runtime's own: metadata go out ahead of the first `write` and only
 * then, and nothing can be written once it is closed.
 * Source: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/tree/main/src/stream
 */
export class FakeResponseStream implements ResponseStream {
  readonly #events = new EventEmitter();
  readonly #written: Buffer[] = [];
  #beforeFirstWrite: (() => void) | undefined;
  #wroteOnce = false;
  #ended = false;
  #closed = false;
  destroyed = false;
  /** While true, every `write` reports that the reader is behind. */
  paused = false;

  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes written so far, metadata included. */
  get written(): Buffer {
    return Buffer.concat(this.#written);
  }

  /** @throws MalformedPreludeError when no metadata came ahead of the payload. */
  response(): { metadata: ResponseMetadata; payload: Buffer } {
    const parser = new PreludeParser();
    return parser.push(this.written) ?? parser.end();
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.#ended) throw new Error("write after end");
    if (this.#closed) {
      process.nextTick(() => this.#events.emit("error", new Error("write after destroy")));
      return false;
    }
    if (!this.#wroteOnce) this.#beforeFirstWrite?.();
    this.#wroteOnce = true;
    this.#written.push(Buffer.from(chunk));
    this.#events.emit("test:write");
    return !this.paused;
  }

  end(): void {
    this.#ended = true;
    process.nextTick(() => this.close());
  }

  destroy(): void {
    this.destroyed = true;
    this.close();
  }

  on(event: string, listener: (error?: Error) => void): this {
    this.#events.on(event, listener);
    return this;
  }

  off(event: string, listener: (error?: Error) => void): this {
    this.#events.off(event, listener);
    return this;
  }

  listenerCount(event: string): number {
    return this.#events.listenerCount(event);
  }

  /** Arms the stream; for `HttpResponseStream.from`. */
  arm(metadata: ResponseMetadata): void {
    if (this.#wroteOnce) throw new Error("Cannot set content-type, too late.");
    const prelude = JSON.stringify(metadata);
    this.#beforeFirstWrite = () => this.#written.push(Buffer.from(prelude), Buffer.alloc(8));
  }

  /** The reader has caught up. */
  drain(): void {
    this.paused = false;
    this.#events.emit("drain");
  }

  /** The reader has left. */
  close(): void {
    this.#closed = true;
    this.#events.emit("close");
  }

  /** Resolves once so many bytes of the payload have been written. */
  async payloadOf(bytes: number): Promise<void> {
    while (!this.#wroteOnce || this.response().payload.length < bytes) {
      await new Promise<void>((resolve) => this.#events.once("test:write", resolve));
    }
  }
}

/** The `awslambda` global, over fake response streams. */
export const fakeAwsLambda: AwsLambda = {
  streamifyResponse: (handler) => handler,
  HttpResponseStream: {
    from(stream, metadata) {
      (stream as FakeResponseStream).arm(metadata);
      return stream;
    },
  },
};
