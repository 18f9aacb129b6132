import { MalformedChatError, TruncatedChatError } from "../../contract/chat-codec.ts";
import type { ChatDone, ChatMessage } from "../../contract/chat.ts";
import { NDJSON_MEDIA_TYPE, NdjsonDecoder } from "../../contract/ndjson.ts";
import { SERVER_SENT_EVENTS_MEDIA_TYPE, ServerSentEventsDecoder } from "../../contract/server-sent-events.ts";
import { mayPass, readApiError, refusedBy } from "../api-error.ts";
import { noCredentials, type Authorizer } from "../authorizer.ts";
import { bodyChunks } from "../body-chunks.ts";
import { ClientError } from "../client-error.ts";
import { delay, retryDelay, defaultRetryPolicy, type RetryPolicy } from "../retry-policy.ts";

/** One question to the model. */
export interface ChatOptions {
  /** URL of the chat route: `POST /stream` of the chat API or `POST /chat` of the download API. */
  readonly url: string;
  /** The conversation; the first and the last turn are the user's. */
  readonly messages: readonly ChatMessage[];
  /** Instructions ahead of the conversation. Default: the stack's own. */
  readonly system?: string;
  /** Most tokens of the answer. Default: what the stack allows. */
  readonly maxTokens?: number;
  /** 0 to 1. Default: the model's. */
  readonly temperature?: number;
  /** 0 to 1. Default: the model's. */
  readonly topP?: number;
  /** Texts at which the answer ends. Default: none. */
  readonly stopSequences?: readonly string[];
  /** Default: no credentials. */
  readonly authorizer?: Authorizer;
  /** Ends the answer, and on the private path the model's work within one frame. */
  readonly signal?: AbortSignal;
  /** Form in which the answer travels. Default: `json-lines`. */
  readonly form?: "json-lines" | "server-sent-events";
  /** Bounds of the tries before the answer begins; once it has begun, nothing is tried again. Default: 3 tries. */
  readonly retry?: Partial<Pick<RetryPolicy, "maxTries" | "firstDelayMilliseconds" | "maxDelayMilliseconds">>;
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch;
}

/** A piece of the answer; `done` is the last and the proof that the answer is whole. */
export type StreamedChatEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reasoning"; readonly text: string }
  | ({ readonly type: "done" } & ChatDone);

const DEFAULT_TRIES = 3;

const forms = {
  "json-lines": { mediaType: NDJSON_MEDIA_TYPE, createDecoder: () => new NdjsonDecoder() },
  "server-sent-events": {
    mediaType: SERVER_SENT_EVENTS_MEDIA_TYPE,
    createDecoder: () => new ServerSentEventsDecoder(),
  },
} as const;

/**
 * Asks the model and gives its answer piece by piece, as it comes. Leaving the loop ends the request.
 *
 * @throws ClientError `refused` or `unreachable` before the answer begins; `failed` when the model fails on the way,
 * `truncated` when the answer was cut; the signal's reason once it is aborted.
 */
export async function* streamChat(options: ChatOptions): AsyncGenerator<StreamedChatEvent, undefined> {
  const { createDecoder } = forms[options.form ?? "json-lines"];
  const stopping = new AbortController();
  const stop = () => stopping.abort(options.signal?.reason);
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  try {
    const body = await ask(options, stopping.signal);
    const decoder = createDecoder();
    for await (const chunk of bodyChunks(
      body,
      stopping.signal,
      "The connection broke before the answer's end.",
    )) {
      for (const event of decoder.push(chunk)) {
        if (event.type === "error") {
          throw new ClientError("failed", event.message, { apiCode: event.code });
        }
        if (event.type !== "heartbeat") yield event;
      }
    }
    decoder.end();
  } catch (error) {
    stopping.signal.throwIfAborted();
    if (error instanceof TruncatedChatError) {
      throw new ClientError("truncated", "The answer was cut before its end.", { cause: error });
    }
    if (error instanceof MalformedChatError) {
      throw new ClientError("malformed", "The answer is none of this API's.", { cause: error });
    }
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    stopping.abort();
  }
}

/** @returns The body of an answer that has begun. */
async function ask(options: ChatOptions, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const { retry } = options;
  const policy = { ...defaultRetryPolicy, maxTries: DEFAULT_TRIES, ...retry };
  for (let tries = 1; ; tries++) {
    const isLast = tries >= policy.maxTries;
    const response = await send(options, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (isLast) throw new ClientError("unreachable", "The API could not be reached.", { cause: error });
      return undefined;
    });
    if (response?.status === 200 && response.body !== null) {
      return response.body as ReadableStream<Uint8Array>;
    }
    const apiError = response && (await readApiError(response));
    const { retryAfterMilliseconds = 0 } = apiError ?? {};
    const isTooLong = retryAfterMilliseconds > policy.maxDelayMilliseconds;
    if (apiError !== undefined && (isLast || isTooLong || !mayPass(apiError))) throw refusedBy(apiError);
    await delay(retryDelay(policy, tries, retryAfterMilliseconds), signal);
  }
}

async function send(
  { url, authorizer = noCredentials, form = "json-lines", fetch: fetchIt = fetch, ...options }: ChatOptions,
  signal: AbortSignal,
): Promise<Response> {
  const { messages, system, maxTokens, temperature, topP, stopSequences } = options;
  // A member without a value is left out of the JSON.
  const body = JSON.stringify({ messages, system, maxTokens, temperature, topP, stopSequences });
  const headers = { accept: forms[form].mediaType, "content-type": "application/json" };
  const authorized = await authorizer({ method: "POST", url, headers, body });
  return fetchIt(url, { method: "POST", headers: authorized, body, signal });
}
