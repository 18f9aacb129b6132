import type { ChatRequest } from "../../contract/chat.ts";
import { ChatAnswer, type ChatTimes } from "./chat-answer.ts";
import type { ChatModel } from "./converse-input.ts";

/** Load balancers and gateways cut a connection that is idle for a minute or more; reasoning can take that long. */
export const defaultChatTimes: ChatTimes = { heartbeatMilliseconds: 15_000, silenceMilliseconds: 120_000 };

/**
 * Asks the model, and resolves with its first event, or after `heartbeatMilliseconds` without one. Until then a
 * failure is a Refusal; from then on it is an `error` event. The answer ends with exactly one `done` or `error`.
 *
 * @param signal Ends the request to the model. Must be aborted when the answer is done with, unless it was read to
 * its end or its iterator was returned.
 * @throws Refusal. The signal's reason once it is aborted, here as in the answer's iterator.
 */
export async function openChat(
  request: ChatRequest,
  model: ChatModel,
  signal: AbortSignal,
  times: ChatTimes = defaultChatTimes,
): Promise<ChatAnswer> {
  const answer = new ChatAnswer(request, model, signal, times);
  await answer.open();
  return answer;
}
