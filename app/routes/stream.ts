import type { ChatEvent } from "../../contract/chat.ts";
import {
  ChatRecord,
  LARGEST_CHAT_REQUEST_BYTES,
  openChatAnswer,
  type ChatService,
} from "../../core/chat-http/index.ts";
import { headersOf, send } from "../answer.ts";
import type { AppContext } from "../app-state.ts";
import { ChatMeter } from "../chat-meter.ts";
import type { ChatMetrics } from "../chat-metrics.ts";
import { exactRoute, type Route } from "../middleware/routing.ts";
import type { OpenStreams } from "../open-streams.ts";
import { readRequestBody } from "../request-body.ts";

/** `POST /stream`: a chat. The model is stopped as soon as the caller's connection is closed. */
export function streamRoute(service: ChatService, streams: OpenStreams, metrics: ChatMetrics): Route {
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
  service: ChatService,
  signal: AbortSignal,
  meter: ChatMeter,
): Promise<void> {
  const record = new ChatRecord();
  ctx.state.describe = (entry) => record.describe(entry);
  const body = await readRequestBody(ctx.req, LARGEST_CHAT_REQUEST_BYTES);
  const onEvent = (event: ChatEvent) => {
    record.note(event);
    meter.note(event);
  };
  await send(
    ctx,
    await openChatAnswer({ headers: headersOf(ctx.req), body }, record.of(service), signal, onEvent),
  );
}
