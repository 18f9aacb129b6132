import type { ChatEvent } from "../../contract/chat.ts";
import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import type { ChatLogFields } from "../../core/chat-http/index.ts";
import { createChatHandler, type ChatHandlerOptions } from "../../lambda/chat/handler.ts";
import type { InvocationLogEntry } from "../../lambda/request-log.ts";
import { fakeAwsLambda, FakeResponseStream } from "./fake-response-stream.ts";
import { downloadEvent } from "./invoke-download.ts";

/** A chat event. `headers` are single-valued and add to the content type. */
export function chatEvent({
  body = '{"message":"Hi"}',
  headers = {},
  isBase64Encoded = false,
}: {
  body?: string | null;
  headers?: Readonly<Record<string, string>>;
  isBase64Encoded?: boolean;
} = {}): RestProxyEvent {
  const event = downloadEvent({
    method: "POST",
    path: "/chat",
    resource: "/chat",
    headers: { "Content-Type": "application/json", ...headers },
  });
  return { ...event, body, isBase64Encoded };
}

/** Events that come when the test says so, read as a model's are: they end with the signal's reason. */
export class ScriptedEvents implements AsyncIterable<ChatEvent> {
  readonly #waiting: ChatEvent[] = [];
  #wake = () => {};
  #failure: Error | undefined;
  #isEnded = false;
  signal: AbortSignal | undefined;
  isClosed = false;

  /** Hands out these events, one by one as they are asked for. */
  emit(...events: readonly ChatEvent[]): void {
    this.#waiting.push(...events);
    this.#isEnded = events.some(({ type }) => type === "done" || type === "error");
    this.#wake();
  }

  /** Makes the reading fail after the events emitted so far. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ChatEvent> {
    try {
      for (;;) {
        this.signal?.throwIfAborted();
        const event = this.#waiting.shift();
        if (event !== undefined) yield event;
        else if (this.#failure !== undefined) throw this.#failure;
        else if (this.#isEnded) return;
        else await this.#woken();
      }
    } finally {
      this.isClosed = true;
    }
  }

  async #woken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  }
}

export interface ChatFunction {
  readonly log: (InvocationLogEntry & ChatLogFields)[];
  readonly events: ScriptedEvents;
  /** Starts an invocation; `done` resolves with what the handler threw, if it did. */
  readonly invoke: (event?: RestProxyEvent) => { stream: FakeResponseStream; done: Promise<unknown> };
}

/** The chat function over scripted events. */
export function startChatFunction(options: Partial<ChatHandlerOptions> = {}): ChatFunction {
  globalThis.awslambda = fakeAwsLambda;
  const log: (InvocationLogEntry & ChatLogFields)[] = [];
  const events = new ScriptedEvents();
  const handler = createChatHandler({
    openChat: (_request, signal) => {
      events.signal = signal;
      return Promise.resolve(events);
    },
    maxTokens: 100,
    writeLog: (line) => log.push(JSON.parse(line) as InvocationLogEntry & ChatLogFields),
    ...options,
  });
  const invoke = (event = chatEvent()) => {
    const stream = new FakeResponseStream();
    const done = handler(event, stream, { awsRequestId: "lambda-request" }).catch((error: unknown) => error);
    return { stream, done };
  };
  return { log, events, invoke };
}
