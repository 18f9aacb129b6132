import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import {
  ChatRecord,
  openChatAnswer,
  type ChatHttpRequest,
  type ChatService,
} from "../../core/chat-http/index.ts";
import { errorAnswer } from "../../core/error-answer.ts";
import { Refusal } from "../../core/refusal.ts";
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
  return createStreamingHandler({ open: (event, signal) => openAnswer(event, service, signal) }, options);
}

async function openAnswer(
  event: RestProxyEvent,
  service: ChatService,
  signal: AbortSignal,
): Promise<OpenedAnswer> {
  const record = new ChatRecord();
  const describe: OpenedAnswer["describe"] = (entry) => record.describe(entry);
  try {
    const answer = await openChatAnswer(readRequest(event), record.of(service), signal, (event) =>
      record.note(event),
    );
    return { answer, describe };
  } catch (error) {
    const { body, ...head } = errorAnswer(error);
    return { answer: { ...head, body: [body] }, error, describe };
  }
}

/** @throws Refusal `invalid_request` when the caller's body was no UTF-8, as far as its length tells. */
function readRequest(event: RestProxyEvent): ChatHttpRequest {
  const headers = headersOf(event);
  const body = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  if (hasReplacements(body, headers["content-length"])) {
    throw new Refusal("invalid_request", "body: must be JSON in UTF-8");
  }
  return { headers, body };
}

/**
 * Whether API Gateway, which hands a body on as text, has put U+FFFD, three bytes long, in the place of bytes that are no
 * UTF-8. A caller may send U+FFFD too; then the body is as long as it was.
 */
function hasReplacements(body: Buffer, contentLength: string | undefined): boolean {
  return contentLength !== undefined && Number(contentLength) !== body.length && body.includes("\uFFFD");
}
