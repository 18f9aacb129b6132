import { BedrockError } from "./errors.ts";
import type { FoundationModel } from "./models.ts";
import { tokenize } from "./tokens.ts";

/** One turn, its blocks' texts put together. */
export interface ConversationTurn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** Parts of a request that the scripted model sees. */
export interface Conversation {
  /** Empty when there are no instructions. */
  readonly system: string;
  readonly turns: readonly ConversationTurn[];
}

/** The identifier is an id or an ARN. */
export interface GuardrailConfig {
  readonly guardrailIdentifier: string;
  readonly guardrailVersion: string;
}

/** The body of Converse or ConverseStream, validated. */
export interface ConverseRequest {
  readonly conversation: Conversation;
  readonly inputTokens: number;
  readonly maxTokens: number;
  readonly stopSequences: readonly string[];
}

/** A JSON object, not yet looked into. */
export type Json = Readonly<Record<string, unknown>>;

/** @throws BedrockError SerializationException */
export function parseBody(body: Buffer): Json {
  try {
    return asObject(JSON.parse(body.toString()), "The body");
  } catch (error) {
    if (error instanceof BedrockError) throw error;
    throw new BedrockError("SerializationException", "The body is not JSON.");
  }
}

/** @throws BedrockError ValidationException when only a part of it is there, or a part is not of its form */
export function parseGuardrail(body: Json): GuardrailConfig | undefined {
  if (body.guardrailConfig === undefined) return undefined;
  const { guardrailIdentifier, guardrailVersion } = asObject(body.guardrailConfig, "guardrailConfig");
  if (typeof guardrailIdentifier !== "string" || !GUARDRAIL.test(guardrailIdentifier)) {
    throw invalidMember("guardrailConfig.guardrailIdentifier", "satisfy regular expression pattern");
  }
  if (typeof guardrailVersion !== "string" || !/^([1-9][0-9]{0,7}|DRAFT)$/.test(guardrailVersion)) {
    throw invalidMember("guardrailConfig.guardrailVersion", "satisfy regular expression pattern");
  }
  return { guardrailIdentifier, guardrailVersion };
}

const GUARDRAIL = /^([a-z0-9]+|arn:aws:bedrock:[a-z0-9-]+:[0-9]{12}:guardrail\/[a-z0-9]+)$/;

/**
 * Reads what the model is asked. Members that Bedrock has and that are not simulated are refused, others ignored.
 *
 * @throws BedrockError ValidationException in AWS's words where these are known
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 */
export function parseConverseRequest(
  body: Json,
  model: FoundationModel,
  contextTokens = model.contextTokens,
): ConverseRequest {
  for (const member of ["toolConfig", "promptVariables"]) {
    if (body[member] !== undefined) throw notSimulated(member);
  }
  const conversation = {
    system: asList(body.system ?? [], "system")
      .map((block, index) => blockText(block, `system.${index}`))
      .join("\n"),
    turns: parseTurns(body.messages),
  };
  const texts = [conversation.system, ...conversation.turns.map(({ text }) => text)];
  const inputTokens = texts.reduce((sum, text) => sum + tokenize(text).length, 0);
  if (inputTokens > contextTokens) {
    throw new BedrockError("ValidationException", "Input is too long for requested model.", {
      ordinary: true,
    });
  }
  return { conversation, inputTokens, ...parseInferenceConfig(body.inferenceConfig ?? {}, model) };
}

function parseTurns(messages: unknown): ConversationTurn[] {
  const turns = asList(messages, "messages").map((message, index) => {
    const { role, content } = asObject(message, `messages.${index}`);
    if (role !== "user" && role !== "assistant") {
      throw invalidMember(`messages.${index}.role`, "satisfy enum value set: [user, assistant]");
    }
    const blocks = asList(content, `messages.${index}.content`);
    if (blocks.length === 0) {
      throw new BedrockError(
        "ValidationException",
        `The content field in the Message object at messages.${index} is empty. Add a ContentBlock object to the content field and try again.`,
      );
    }
    const text = blocks.map((block, at) => blockText(block, `messages.${index}.content.${at}`)).join("\n");
    return { role, text } as const;
  });
  if (turns[0]?.role !== "user") {
    throw new BedrockError(
      "ValidationException",
      "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
    );
  }
  if (turns.some(({ role }, index) => role === turns[index - 1]?.role)) {
    throw new BedrockError(
      "ValidationException",
      "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.",
    );
  }
  return turns;
}

/** Cache points say nothing; what is to be checked by a guardrail is text like any other. */
function blockText(value: unknown, path: string): string {
  const block = asObject(value, path);
  if (block.cachePoint !== undefined) return "";
  const guarded =
    block.guardContent === undefined
      ? undefined
      : asObject(asObject(block.guardContent, path).text, path).text;
  const text = block.text ?? guarded;
  if (typeof text !== "string") throw notSimulated(`${path}: ${Object.keys(block).join()}`);
  if (text.trim() === "") {
    throw new BedrockError(
      "ValidationException",
      `The text field in the ContentBlock object at ${path} is blank. Add text to the text field, and try again.`,
    );
  }
  return text;
}

function parseInferenceConfig(
  value: unknown,
  model: FoundationModel,
): Pick<ConverseRequest, "maxTokens" | "stopSequences"> {
  const config = asObject(value, "inferenceConfig");
  const { maxTokens = model.maxOutputTokens, temperature, topP } = config;
  if (!Number.isInteger(maxTokens) || (maxTokens as number) < 1) {
    throw invalidMember("inferenceConfig.maxTokens", "have value greater than or equal to 1");
  }
  if ((maxTokens as number) > model.maxOutputTokens) {
    throw new BedrockError(
      "ValidationException",
      `The maximum tokens you requested exceeds the model limit of ${model.maxOutputTokens}. Try again with a maximum tokens value that is lower than ${model.maxOutputTokens}.`,
    );
  }
  for (const [name, share] of Object.entries({ temperature, topP })) {
    if (share !== undefined && (typeof share !== "number" || !(share >= 0 && share <= 1))) {
      throw invalidMember(`inferenceConfig.${name}`, "have value from 0 to 1");
    }
  }
  if (model.temperatureOrTopP && temperature !== undefined && topP !== undefined) {
    throw new BedrockError(
      "ValidationException",
      "The model returned the following errors: `temperature` and `top_p` cannot both be specified for this model. Please use only one.",
    );
  }
  const stopSequences = asList(config.stopSequences ?? [], "inferenceConfig.stopSequences").map((stop) => {
    if (typeof stop !== "string" || stop === "") {
      throw invalidMember("inferenceConfig.stopSequences", "have length greater than or equal to 1");
    }
    if (!model.blankStopSequences && stop.trim() === "") {
      throw new BedrockError(
        "ValidationException",
        "The model returned the following errors: stop_sequences: each stop sequence must contain non-whitespace",
      );
    }
    return stop;
  });
  return { maxTokens: maxTokens as number, stopSequences };
}

function asObject(value: unknown, path: string): Json {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Json;
  throw invalidMember(path, "be an object");
}

function asList(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidMember(path, "be a list");
}

function invalidMember(path: string, constraint: string): BedrockError {
  return new BedrockError(
    "ValidationException",
    `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must ${constraint}`,
  );
}

function notSimulated(what: string): BedrockError {
  return new BedrockError("ValidationException", `The local Bedrock takes text alone, not ${what}.`);
}
