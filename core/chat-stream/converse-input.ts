import type {
  BedrockRuntimeClient,
  ConverseStreamCommandInput,
  SystemContentBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { ChatRequest } from "../../contract/chat.ts";

/** The model that answers, and what the deployment has settled for every chat with it. */
export interface ChatModel {
  readonly client: BedrockRuntimeClient;
  /** A model id, or the id or ARN of an inference profile. */
  readonly modelId: string;
  /** Goes ahead of every conversation that brings no instructions of its own; empty for none. */
  readonly systemPrompt: string;
  /** Most tokens an answer may have, whatever the request says. */
  readonly maxTokens: number;
  readonly guardrail?: { readonly identifier: string; readonly version: string };
  /**
   * Ends the system prompt in a cache point; off when left out. Only for models that take one: others refuse the
   * request. A prompt too short to be cached is answered as usual.
   *
   * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html
   */
  readonly cacheSystemPrompt?: boolean;
}

/** What Bedrock is asked for. */
export function converseInput(request: ChatRequest, model: ChatModel): ConverseStreamCommandInput {
  const { maxTokens = model.maxTokens, temperature, topP, stopSequences } = request;
  const system = request.system ?? model.systemPrompt;
  return {
    modelId: model.modelId,
    messages: request.messages.map(({ role, content }) => ({ role, content: [{ text: content }] })),
    ...(system !== "" && { system: systemBlocks(system, model) }),
    inferenceConfig: {
      maxTokens: Math.min(maxTokens, model.maxTokens),
      ...(temperature !== undefined && { temperature }),
      ...(topP !== undefined && { topP }),
      ...(stopSequences !== undefined && { stopSequences: [...stopSequences] }),
    },
    ...(model.guardrail && { guardrailConfig: guardrailConfig(model.guardrail) }),
  };
}

function systemBlocks(text: string, { cacheSystemPrompt = false }: ChatModel): SystemContentBlock[] {
  return cacheSystemPrompt ? [{ text }, { cachePoint: { type: "default" } }] : [{ text }];
}

function guardrailConfig({ identifier, version }: NonNullable<ChatModel["guardrail"]>) {
  return {
    guardrailIdentifier: identifier,
    guardrailVersion: version,
    // Text is handed on only after the guardrail has seen it.
    streamProcessingMode: "sync" as const,
  };
}
