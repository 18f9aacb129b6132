import type { BedrockRuntimeClientConfig } from "@aws-sdk/client-bedrock-runtime";
import type { ExecutionContext } from "ava";
import type { ChatEvent, ChatRequest } from "../../contract/chat.ts";
import {
  defaultChatTimes,
  openChat,
  type ChatAnswer,
  type ChatModel,
  type ChatTimes,
} from "../../core/chat-stream/index.ts";
import { startScriptedBedrock, type Script, type ScriptedBedrock } from "./scripted-bedrock.ts";

export interface ScriptedChat extends ScriptedBedrock {
  /** Ends what is still open. */
  readonly stop: AbortController;
  readonly open: (request?: Partial<ChatRequest>, model?: Partial<ChatModel>) => Promise<ChatAnswer>;
}

export const QUESTION: ChatRequest = { messages: [{ role: "user", content: "Why?" }] };

/** Chats with a scripted Bedrock. */
export async function scriptChat(
  t: ExecutionContext,
  scripts: Script | readonly [Script, ...Script[]],
  {
    times = {},
    clientConfig = {},
  }: { times?: Partial<ChatTimes>; clientConfig?: BedrockRuntimeClientConfig } = {},
): Promise<ScriptedChat> {
  const bedrock = await startScriptedBedrock(t, scripts, clientConfig);
  const stop = new AbortController();
  t.teardown(() => stop.abort());
  const open = (request: Partial<ChatRequest> = {}, model: Partial<ChatModel> = {}) =>
    openChat(
      { ...QUESTION, ...request },
      { client: bedrock.client, modelId: "model:0", systemPrompt: "", maxTokens: 500, ...model },
      stop.signal,
      { ...defaultChatTimes, ...times },
    );
  return { ...bedrock, stop, open };
}

export async function readEvents(answer: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const event of answer) events.push(event);
  return events;
}

/** The answer's text, whatever it was cut into. */
export function textOf(events: readonly ChatEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}
