import type { ChatEncoder } from "../../contract/chat-codec.ts";
import type { ChatEvent, ChatRequest } from "../../contract/chat.ts";
import { Refusal } from "../refusal.ts";
import { negotiateForm } from "./chat-form.ts";
import { parseChatRequest } from "./chat-request.ts";
import { requireJson } from "./json-body.ts";

/** A chat request as it comes in over HTTP. */
export interface ChatHttpRequest {
  /** By lower-case name; a repeated header's values joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** The events of an answer. */
export interface ModelAnswer extends AsyncIterable<ChatEvent> {
  /** Why they end in an `error`, if they do. */
  readonly failure?: Refusal | undefined;
  /** A way to read those together that came together. Without it they are read one by one. */
  readonly batches?: ChatEventBatches;
}

/** Events in batches. */
export interface ChatEventBatches {
  /** Resolves with those that have come since the last call, at least one; `undefined` after the last. */
  read(): Promise<readonly ChatEvent[] | undefined>;
  /** To be called when no more is read. */
  close(): Promise<void>;
}

/** What answers a chat request. */
export interface ChatService {
  /**
   * Resolves once an answer has begun.
   *
   * @throws Refusal when there will be none.
   */
  readonly openChat: (request: ChatRequest, signal: AbortSignal) => Promise<ModelAnswer>;
  /** Most tokens an answer may have. */
  readonly maxTokens: number;
}

/** A chat answer ready to be sent. */
export interface ChatHttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * What the events are sent as: a chunk for those that came together, to be sent at once. Throws what the events throw, but
   * for a Refusal, which is the last event. Absent: none.
   */
  readonly body?: AsyncIterable<Uint8Array>;
}

/**
 * Answers a chat request as far as HTTP goes: what it may be sent as, and in which form the answer comes.
 *
 * A client of server-sent events that asks for the rest of an answer gets 204, which tells it not to connect again: the
 * model would begin anew. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @param signal Aborted when nobody wants the answer any more.
 * @param onEvent Told of every event before it is sent, for the log.
 * @throws Refusal `unsupported_media_type`, `not_acceptable`, `payload_too_large` or `invalid_request`; what
 * `openChat` throws.
 */
export async function openChatAnswer(
  { headers, body }: ChatHttpRequest,
  { openChat, maxTokens }: ChatService,
  signal: AbortSignal,
  onEvent: (event: ChatEvent) => void,
): Promise<ChatHttpAnswer> {
  if ((headers["last-event-id"] ?? "") !== "")
    return { status: 204, headers: { "Cache-Control": "no-store" } };
  requireJson(headers["content-type"]);
  const { mediaType, createEncoder } = negotiateForm(headers.accept);
  const events = await openChat(parseChatRequest(body, maxTokens), signal);
  return {
    status: 200,
    headers: {
      "Cache-Control": "no-store",
      "Content-Type": mediaType,
      Vary: "Accept",
      // nginx then hands each piece on as it comes, compressed or not.
      "X-Accel-Buffering": "no",
      "X-Content-Type-Options": "nosniff",
    },
    body: encode(events, createEncoder(), onEvent),
  };
}

async function* encode(
  answer: ModelAnswer,
  encoder: ChatEncoder,
  onEvent: (event: ChatEvent) => void,
): AsyncGenerator<Uint8Array> {
  const batches = batchesOf(answer);
  try {
    for (;;) {
      const events = await readInBand(batches);
      if (events === undefined) return;
      let text = "";
      for (const event of events) {
        onEvent(event);
        text += encoder.encode(event);
      }
      if (text !== "") yield Buffer.from(text);
      if (events.at(-1)?.type === "error") return;
    }
  } finally {
    await batches.close();
  }
}

function batchesOf(answer: ModelAnswer): ChatEventBatches {
  if (answer.batches !== undefined) return answer.batches;
  const events = answer[Symbol.asyncIterator]();
  return {
    async read() {
      const result = await events.next();
      return result.done === true ? undefined : [result.value];
    },
    async close() {
      await events.return?.();
    },
  };
}

/** An answer that the server cannot bring to its end still has one: the reason, as its last event. */
async function readInBand(batches: ChatEventBatches): Promise<readonly ChatEvent[] | undefined> {
  try {
    return await batches.read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [{ type: "error", code: error.code, message: error.message }];
  }
}
