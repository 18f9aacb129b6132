import type { BedrockRuntimeClientConfig, ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import type { Readable } from "node:stream";
import { FrameSplitter, MalformedFrameError, type Frame } from "./event-stream-frames.ts";

type Marshaller = ReturnType<NonNullable<BedrockRuntimeClientConfig["eventStreamSerdeProvider"]>>;

/** Makes the SDK's own object of an exception's frame. */
type Deserialize = (
  frames: Record<string, { headers: Record<string, never>; body: Uint8Array }>,
) => Promise<unknown>;

/** The members of Bedrock's events that say something to a reader of a chat. */
export type ConverseEvent = Pick<
  ConverseStreamOutput,
  "contentBlockStart" | "contentBlockDelta" | "messageStop" | "metadata"
>;

/** Receives what a reader reads. Nothing comes after `end` or `fail`. */
export interface ConverseSink {
  /** @param events Those of one read. Empty when what came says nothing. */
  take(events: readonly ConverseEvent[]): void;
  end(): void;
  fail(error: unknown): void;
}

const NAMES: ReadonlySet<string> = new Set([
  "contentBlockStart",
  "contentBlockDelta",
  "messageStop",
  "metadata",
]);

/**
 * The client's way to read event streams: a stream has one item, its `ConverseReader`. The SDK waits for that, so that an
 * exception in the first event's place is tried again like one in the response's.
 */
export const converseMarshaller: Marshaller = {
  deserialize(body: Readable, deserialize: Deserialize) {
    const reader = new ConverseReader(body, deserialize);
    return (async function* () {
      await reader.begun;
      yield reader as never;
    })();
  },
  serialize() {
    throw new Error("no request of this client is a stream");
  },
};

/**
 * Reads one answer's events straight from its connection, all that arrive together at once. The SDK's own reader makes
 * several promises and copies of every event.
 */
export class ConverseReader {
  /** Resolves with the first event or the end; rejects with the failure in its place. */
  readonly begun: Promise<void>;
  readonly #body: Readable;
  readonly #deserialize: Deserialize;
  readonly #splitter = new FrameSplitter();
  readonly #unsent: ((sink: ConverseSink) => void)[] = [];
  #sink: ConverseSink | undefined;
  #isOver = false;
  #settleBegun: (failure?: Error) => void = () => {};

  constructor(body: Readable, deserialize: Deserialize) {
    this.#body = body;
    this.#deserialize = deserialize;
    this.begun = new Promise((resolve, reject) => {
      this.#settleBegun = (failure) => (failure === undefined ? resolve() : reject(failure));
    });
    this.begun.catch(() => {});
    body.on("data", (bytes: Buffer) => this.#read(bytes));
    body.once("end", () => this.#end());
    body.once("error", (error: Error) => this.#fail(error));
    body.once("close", () => this.#fail(new Error("the connection was closed")));
  }

  /** Sends what has come, and from now on what comes. */
  connect(sink: ConverseSink): void {
    this.#sink = sink;
    for (const send of this.#unsent.splice(0)) send(sink);
  }

  /** Takes no more from the connection, which in the end holds the sender back. */
  pause(): void {
    this.#body.pause();
  }

  resume(): void {
    this.#body.resume();
  }

  #read(bytes: Buffer): void {
    if (this.#isOver) return;
    const events: ConverseEvent[] = [];
    let failure: unknown;
    try {
      for (const frame of this.#splitter.push(bytes)) {
        if (frame.headers.get(":message-type") === "exception") {
          void this.#failWithException(frame, events);
          return;
        }
        readEvent(frame, events);
      }
    } catch (error) {
      failure = error;
    }
    if (failure === undefined || events.length > 0) this.#take(events);
    if (failure !== undefined) this.#fail(failure);
  }

  #take(events: readonly ConverseEvent[]): void {
    this.#settleBegun();
    this.#send((sink) => sink.take(events));
  }

  /** Fails with the exception as the SDK has it. Whatever comes meanwhile does not count. */
  async #failWithException({ headers, payload }: Frame, before: readonly ConverseEvent[]): Promise<void> {
    this.#isOver = true;
    if (before.length > 0) this.#take(before);
    const name = headers.get(":exception-type") ?? "UnknownException";
    const failure = await this.#deserialize({ [name]: { headers: {}, body: new Uint8Array(payload) } }).then(
      (known) =>
        (known as Record<string, unknown>)[name] ?? Object.assign(new Error(payload.toString()), { name }),
      (error: unknown) => error,
    );
    this.#isOver = false;
    this.#fail(failure);
  }

  #end(): void {
    if (this.#splitter.isInsideFrame) {
      this.#fail(new MalformedFrameError("the answer ends inside a message"));
    } else if (!this.#isOver) {
      this.#isOver = true;
      this.#settleBegun();
      this.#send((sink) => sink.end());
    }
  }

  #fail(failure: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#settleBegun(failure instanceof Error ? failure : new Error("unknown", { cause: failure }));
    this.#send((sink) => sink.fail(failure));
  }

  #send(send: (sink: ConverseSink) => void): void {
    if (this.#sink === undefined) this.#unsent.push(send);
    else send(this.#sink);
  }
}

function readEvent({ headers, payload }: Frame, events: ConverseEvent[]): void {
  const type = headers.get(":message-type");
  if (type === "error") {
    throw Object.assign(new Error(headers.get(":error-message") ?? "UnknownError"), {
      name: headers.get(":error-code") ?? "Error",
    });
  }
  if (type !== "event") throw new MalformedFrameError("a message is of no known type");
  const name = headers.get(":event-type") ?? "";
  if (NAMES.has(name)) events.push({ [name]: JSON.parse(payload.toString()) as unknown });
}
