import { BedrockRuntimeServiceException, ConverseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
import type { ChatEvent, ChatRequest } from "../../contract/chat.ts";
import { Refusal } from "../refusal.ts";
import { refusalFor } from "./bedrock-errors.ts";
import { ChatEventReader } from "./chat-events.ts";
import { converseInput, type ChatModel } from "./converse-input.ts";
import { ConverseReader, type ConverseEvent, type ConverseSink } from "./converse-reader.ts";

/** How patiently an answer is waited for. */
export interface ChatTimes {
  /** Silence after which a heartbeat goes out, and for which the first event is waited for at most. */
  readonly heartbeatMilliseconds: number;
  /** Silence of the model after which it counts as dead. A slow reader's time does not count. */
  readonly silenceMilliseconds: number;
}

/** Bedrock ends its response with the last event. Waiting for that leaves the connection to the next chat. */
const END_MILLISECONDS = 100;

/** Text that may wait for its reader before no more is taken from the connection: some seconds of a fast model's. */
const MOST_WAITING_CHARACTERS = 16 * 1024;

const HEARTBEAT: ChatEvent = { type: "heartbeat" };

/** A reader that waits for events. */
interface Waiter {
  readonly since: number;
  readonly resolve: (events: readonly ChatEvent[] | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The answer of a model, to be read once. Ends with exactly one `done` or `error`, or by throwing the signal's reason.
 * Whether it is read to its end or not, reading it ends the request to the model.
 *
 * Events are read in batches: those that came together. Of all that may happen, the first to come settles how it goes on: an
 * event, the end, a failure, the time for a heartbeat, the end of the patience with the model, the signal.
 */
export class ChatAnswer implements AsyncIterable<ChatEvent>, ConverseSink {
  readonly #request: ChatRequest;
  readonly #model: ChatModel;
  readonly #signal: AbortSignal;
  readonly #times: ChatTimes;
  readonly #events = new ChatEventReader(performance.now());
  readonly #stop = new AbortController();
  /** Come, and not yet read. */
  #waiting: ChatEvent[] = [];
  #waitingCharacters = 0;
  #waiter: Waiter | undefined;
  #reader: ConverseReader | undefined;
  #requestId: string | undefined;
  /** One timer for all limits: when it goes off it looks which of them is reached, and is set for the next. */
  #timer: NodeJS.Timeout | undefined;
  #endTimer: NodeJS.Timeout | undefined;
  /** When the model began to be waited for. */
  #silentSince: number | undefined;
  #done: ChatEvent | undefined;
  #isOpen = false;
  #isPaused = false;
  #isOver = false;
  #failure: Refusal | undefined;

  constructor(request: ChatRequest, model: ChatModel, signal: AbortSignal, times: ChatTimes) {
    this.#request = request;
    this.#model = model;
    this.#signal = signal;
    this.#times = times;
  }

  /** Why the answer ended in an `error`, with the cause that the event leaves out: for the log. */
  get failure(): Refusal | undefined {
    return this.#failure;
  }

  /** The answer itself. */
  get batches(): this {
    return this;
  }

  /**
   * Asks the model. Resolves with its first event, or after `heartbeatMilliseconds` without one.
   *
   * @throws Refusal. The signal's reason once it is aborted.
   */
  async open(): Promise<void> {
    this.#signal.throwIfAborted();
    this.#signal.addEventListener("abort", this.#abort, { once: true });
    void this.#ask();
    const first = await this.read();
    this.#isOpen = true;
    this.#waiting.unshift(...(first ?? []));
  }

  /**
   * Waits for events.
   *
   * @returns Those that came since the last call, at least one; a heartbeat when none came for so long. `undefined` after the
   * last.
   * @throws The signal's reason once it is aborted.
   */
  async read(): Promise<readonly ChatEvent[] | undefined> {
    this.#signal.throwIfAborted();
    if (this.#waiting.length > 0) return this.#takeWaiting();
    if (this.#isOver) return undefined;
    return new Promise((resolve, reject) => {
      const since = performance.now();
      this.#waiter = { since, resolve, reject };
      this.#silentSince ??= since;
      this.#timer ??= this.#setTimer(since);
    });
  }

  /** Ends the request to the model. Nothing is read after that. */
  close(): Promise<void> {
    this.#isOver = true;
    this.#waiting = [];
    this.#stopAll();
    return Promise.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent, undefined> {
    try {
      for (;;) {
        const events = await this.read();
        if (events === undefined) return;
        for (const event of events) {
          this.#signal.throwIfAborted();
          yield event;
        }
      }
    } finally {
      await this.close();
    }
  }

  take(events: readonly ConverseEvent[]): void {
    this.#silentSince = this.#waiter && performance.now();
    try {
      for (const event of events) this.#add(event);
    } catch (error) {
      this.fail(error);
    }
    this.#settle();
  }

  end(): void {
    if (this.#done !== undefined) this.#finish(this.#done);
    else if (!this.#isOver) this.#endWithoutMetadata();
    this.#settle();
  }

  fail(error: unknown): void {
    if (this.#isOver) return;
    // What goes wrong after the proof that the answer is whole does not count.
    if (this.#done !== undefined) {
      this.#finish(this.#done);
    } else {
      const refusal = refusalFor(withRequestId(error, this.#requestId), this.#request);
      this.#failure = refusal;
      if (this.#isOpen || this.#waiting.length > 0) {
        this.#finish({ type: "error", code: refusal.code, message: refusal.message });
      } else {
        this.#stopAll();
        this.#isOver = true;
        this.#rejectWaiter(refusal);
      }
    }
    this.#settle();
  }

  async #ask(): Promise<void> {
    try {
      const command = new ConverseStreamCommand(converseInput(this.#request, this.#model));
      const { stream = [], $metadata } = await this.#model.client.send(command, {
        abortSignal: this.#stop.signal,
      });
      this.#requestId = $metadata.requestId;
      for await (const reader of stream as AsyncIterable<unknown>) {
        if (!(reader instanceof ConverseReader))
          throw new Error("the client has another event stream reader");
        this.#reader = reader;
        reader.connect(this);
        return;
      }
      this.end();
    } catch (error) {
      this.fail(error);
    }
  }

  #add(event: ConverseEvent): void {
    if (this.#isOver || this.#done !== undefined) return;
    const read = this.#events.read(event);
    if (read === undefined) return;
    if (read.type !== "done") {
      this.#waiting.push(read);
      if ("text" in read) this.#waitingCharacters += read.text.length;
      return;
    }
    this.#done = read;
    this.#endTimer = setTimeout(() => this.end(), END_MILLISECONDS);
  }

  #endWithoutMetadata(): void {
    try {
      this.#finish(this.#events.end());
    } catch (error) {
      this.fail(error);
    }
  }

  #finish(last: ChatEvent): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting.push(last);
    this.#stopAll();
  }

  /** Hands the waiting events to the waiting reader, and keeps the connection from running ahead of one who is not there. */
  #settle(): void {
    if (this.#waiter !== undefined && this.#waiting.length > 0) this.#resolveWaiter(this.#takeWaiting());
    else if (this.#waitingCharacters > MOST_WAITING_CHARACTERS && !this.#isPaused) {
      this.#isPaused = true;
      this.#reader?.pause();
    }
  }

  #takeWaiting(): readonly ChatEvent[] {
    const events = this.#waiting;
    this.#waiting = [];
    this.#waitingCharacters = 0;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#reader?.resume();
    }
    return events;
  }

  #resolveWaiter(events: readonly ChatEvent[]): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.resolve(events);
  }

  #rejectWaiter(error: unknown): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    waiter?.reject(error);
  }

  #setTimer(now: number): NodeJS.Timeout {
    const { heartbeatMilliseconds, silenceMilliseconds } = this.#times;
    const heartbeatAt = (this.#waiter?.since ?? now) + heartbeatMilliseconds;
    const silenceAt = (this.#silentSince ?? now) + silenceMilliseconds;
    return setTimeout(() => this.#look(), Math.max(1, Math.ceil(Math.min(heartbeatAt, silenceAt) - now)));
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#waiter === undefined || this.#isOver) return;
    const now = performance.now();
    if (now - (this.#silentSince ?? now) >= this.#times.silenceMilliseconds) {
      this.fail(new Refusal("upstream_timeout", "The model has sent nothing for too long."));
    } else if (now - this.#waiter.since >= this.#times.heartbeatMilliseconds) {
      this.#resolveWaiter([HEARTBEAT]);
    } else {
      this.#timer = this.#setTimer(now);
    }
  }

  readonly #abort = (): void => {
    void this.close();
    this.#rejectWaiter(this.#signal.reason);
  };

  #stopAll(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#endTimer);
    this.#signal.removeEventListener("abort", this.#abort);
    this.#stop.abort();
  }
}

/** Exceptions in a stream do not know the request they belong to. */
function withRequestId(error: unknown, requestId: string | undefined): unknown {
  if (error instanceof BedrockRuntimeServiceException && requestId !== undefined) {
    Object.assign(error, { $metadata: { ...error.$metadata, requestId } });
  }
  return error;
}
