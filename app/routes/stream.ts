import type { ChatEvent, ChatRequest } from "../../contract/chat.ts";
import {
  ChatRecord,
  LARGEST_CHAT_REQUEST_BYTES,
  openChatAnswer,
  type ChatService,
} from "../../core/chat-http/index.ts";
import type { ChatAnswer } from "../../core/chat-stream/index.ts";
import { Refusal } from "../../core/refusal.ts";
import { failureFields } from "../../core/request-log.ts";
import { headersOf, send } from "../answer.ts";
import type { AppContext } from "../app-state.ts";
import { ChatMeter } from "../chat-meter.ts";
import type { ChatMetrics } from "../chat-metrics.ts";
import { exactRoute, type Route } from "../middleware/routing.ts";
import type { OpenStreams } from "../open-streams.ts";
import { readRequestBody } from "../request-body.ts";

/** The events of an answer, and why they end in an `error` if they do. */
export type ModelAnswer = AsyncIterable<ChatEvent> & Pick<ChatAnswer, "failure">;

/** What answers the chats. */
export interface ChatModelService extends ChatService {
  readonly openChat: (request: ChatRequest, signal: AbortSignal) => Promise<ModelAnswer>;
}

/** `POST /stream`: a chat. The model is stopped as soon as the caller's connection is closed. */
export function streamRoute(service: ChatModelService, streams: OpenStreams, metrics: ChatMetrics): Route {
  return exactRoute("/stream", {
    async POST(ctx) {
      const meter = new ChatMeter();
      try {
        await answerChat(ctx, service, streams.open(ctx.res, "chat"), meter);
      } catch (error) {
        meter.fail(error);
        throw error;
      } finally {
        metrics.publishChat(meter.measures);
      }
    },
  });
}

async function answerChat(
  ctx: AppContext,
  { openChat, maxTokens }: ChatModelService,
  signal: AbortSignal,
  meter: ChatMeter,
): Promise<void> {
  const record = new ChatRecord();
  let answer: ModelAnswer | undefined;
  ctx.state.describe = (entry) => ({ ...record.describe(entry), ...failureFields(answer?.failure) });
  const service: ChatService = {
    async openChat(request, chatSignal) {
      answer = await openChat(request, chatSignal);
      return endedInBand(answer);
    },
    maxTokens,
  };
  const body = await readRequestBody(ctx.req, LARGEST_CHAT_REQUEST_BYTES);
  const onEvent = (event: ChatEvent) => {
    record.note(event);
    meter.note(event);
  };
  await send(ctx, await openChatAnswer({ headers: headersOf(ctx.req), body }, service, signal, onEvent));
}

/** An answer that the server cannot bring to its end still has one: the reason, as its last event. */
async function* endedInBand(answer: AsyncIterable<ChatEvent>): AsyncGenerator<ChatEvent> {
  try {
    yield* answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    yield { type: "error", code: error.code, message: error.message };
  }
}
