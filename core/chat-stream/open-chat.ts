import type { ChatRequest } from "../../contract/chat.ts";
import { settledWithin } from "../settled-within.ts";
import { refusalFor } from "./bedrock-errors.ts";
import { ChatAnswer } from "./chat-answer.ts";
import { chatEvents } from "./chat-events.ts";
import { converseInput, type ChatModel } from "./converse-input.ts";
import { modelStream } from "./model-stream.ts";

/** How patiently an answer is waited for. */
export interface ChatTimes {
  /** Silence after which a heartbeat goes out, and for which the first event is waited for at most. */
  readonly heartbeatMilliseconds: number;
  /** Silence of the model after which it counts as dead. */
  readonly silenceMilliseconds: number;
}

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
  const startedAt = performance.now();
  const stop = new AbortController();
  const { heartbeatMilliseconds, silenceMilliseconds } = times;
  const outputs = modelStream(model.client, converseInput(request, model), {
    signal,
    stop,
    silenceMilliseconds,
  });
  const events = chatEvents(outputs, startedAt);
  const first = events.next();
  try {
    const isLate = (await settledWithin(first, heartbeatMilliseconds)) === undefined;
    return new ChatAnswer({ request, events, first, isLate, signal, stop, heartbeatMilliseconds });
  } catch (error) {
    signal.throwIfAborted();
    throw refusalFor(error, request);
  }
}
