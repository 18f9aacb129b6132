export { createBedrockClient, type BedrockClientOptions } from "./bedrock-client.ts";
export type { ChatAnswer, ChatTimes } from "./chat-answer.ts";
export type { ChatModel } from "./converse-input.ts";
export { readModelConfiguration, type ModelConfiguration } from "./model-configuration.ts";
export { defaultChatTimes, openChat } from "./open-chat.ts";
