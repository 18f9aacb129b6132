import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import {
  ChatRecord,
  openChatAnswer,
  type ChatHttpRequest,
  type ChatService,
} from "../../core/chat-http/index.ts";
import { errorAnswer } from "../../core/error-answer.ts";
import type { StreamingHandler } from "../awslambda.ts";
import { headersOf } from "../event-headers.ts";
import { createStreamingHandler, type HandlerOptions, type OpenedAnswer } from "../streaming-handler.ts";

/** What the handler works with. */
export interface ChatHandlerOptions extends HandlerOptions, ChatService {}

/**
 * Makes the function behind `POST /chat`.
 *
 * Lambda does not tell a function that its caller has left, so an answer nobody reads is paid for until it ends by
 * itself: at `maxTokens`, at the function's timeout, or when the runtime has taken nothing for too long. See
 * docs/decisions/0004-a-caller-who-leaves-a-lambda-chat.md.
 */
export function createChatHandler({
  openChat,
  maxTokens,
  ...options
}: ChatHandlerOptions): StreamingHandler<RestProxyEvent> {
  const service: ChatService = { openChat, maxTokens };
  return createStreamingHandler(
    { open: (event, signal) => openAnswer(readRequest(event), service, signal) },
    options,
  );
}

async function openAnswer(
  request: ChatHttpRequest,
  service: ChatService,
  signal: AbortSignal,
): Promise<OpenedAnswer> {
  const record = new ChatRecord();
  const describe: OpenedAnswer["describe"] = (entry) => record.describe(entry);
  try {
    const answer = await openChatAnswer(request, service, signal, (event) => record.note(event));
    return { answer, describe };
  } catch (error) {
    const { body, ...head } = errorAnswer(error);
    return { answer: { ...head, body: [body] }, error, describe };
  }
}

function readRequest(event: RestProxyEvent): ChatHttpRequest {
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  return { headers: headersOf(event), body };
}
