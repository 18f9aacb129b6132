import type { ChatEvent, ChatRequest } from "../../contract/chat.ts";
import type { Refusal } from "../refusal.ts";
import { settledWithin } from "../settled-within.ts";
import { refusalFor } from "./bedrock-errors.ts";

/** An answer under way. */
export interface AnswerSource {
  /** What was asked. */
  readonly request: ChatRequest;
  readonly events: AsyncGenerator<ChatEvent, undefined>;
  /** The first event, come or still to come. */
  readonly first: Promise<IteratorResult<ChatEvent, undefined>>;
  /** Whether the first event has been waited for in vain. */
  readonly isLate: boolean;
  /** Aborted when nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** Ends the request to the model. */
  readonly stop: AbortController;
  readonly heartbeatMilliseconds: number;
}

/** Bedrock ends its response with the last event. Waiting for that leaves the connection to the next chat. */
const END_MILLISECONDS = 100;

const HEARTBEAT: ChatEvent = { type: "heartbeat" };

/**
 * The answer of a model, to be read once. Ends with exactly one `done` or `error`, or by throwing the signal's
 * reason. Whether it is read to its end or not, reading it ends the request to the model.
 */
export class ChatAnswer implements AsyncIterable<ChatEvent> {
  readonly #source: AnswerSource;
  #failure: Refusal | undefined;

  constructor(source: AnswerSource) {
    this.#source = source;
  }

  /** Why the answer ended in an `error`, with the cause that the event leaves out: for the log. */
  get failure(): Refusal | undefined {
    return this.#failure;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent, undefined> {
    const { request, signal, stop } = this.#source;
    try {
      yield* this.#events();
    } catch (error) {
      signal.throwIfAborted();
      this.#failure = refusalFor(error, request);
      const { code, message } = this.#failure;
      yield { type: "error", code, message };
    } finally {
      stop.abort();
    }
  }

  async *#events(): AsyncGenerator<ChatEvent, undefined> {
    const { events, first, isLate, signal, heartbeatMilliseconds } = this.#source;
    if (isLate) yield HEARTBEAT;
    let next = first;
    for (;;) {
      const result = await settledWithin(next, heartbeatMilliseconds);
      if (result?.done === true) return;
      const event = result?.value ?? HEARTBEAT;
      if (event.type === "done") await readEnd(events);
      signal.throwIfAborted();
      yield event;
      if (event.type === "done") return;
      if (result) next = events.next();
    }
  }
}

/** Whatever comes after the proof that the answer is whole does not count. */
async function readEnd(events: AsyncGenerator<ChatEvent, undefined>): Promise<void> {
  await settledWithin(events.next(), END_MILLISECONDS).catch(() => undefined);
}
