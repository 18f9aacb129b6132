import { BedrockRuntimeClient } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import type { ChatRequest } from "../../../contract/chat.ts";
import { converseInput, type ChatModel } from "../../../core/chat-stream/converse-input.ts";

const model: ChatModel = {
  client: new BedrockRuntimeClient({ region: "eu-west-1" }),
  modelId: "m",
  systemPrompt: "",
  maxTokens: 500,
};
const request: ChatRequest = {
  messages: [
    { role: "user", content: "Why?" },
    { role: "assistant", content: "Because." },
    { role: "user", content: "Oh." },
  ],
};

test("a conversation alone is asked for with the stack's token limit and nothing else", (t) => {
  t.deepEqual(converseInput(request, model), {
    modelId: "m",
    messages: [
      { role: "user", content: [{ text: "Why?" }] },
      { role: "assistant", content: [{ text: "Because." }] },
      { role: "user", content: [{ text: "Oh." }] },
    ],
    inferenceConfig: { maxTokens: 500 },
  });
});

test("settings of the request go to the model as they are, zeros included", (t) => {
  const settings = { temperature: 0, topP: 0, stopSequences: ["END"] };
  t.deepEqual(converseInput({ ...request, ...settings }, model).inferenceConfig, {
    maxTokens: 500,
    ...settings,
  });
});

for (const [asked, allowed, sent] of [
  [100, 500, 100],
  [500, 500, 500],
  [501, 500, 500],
] as const) {
  test(`of ${asked} tokens asked for and ${allowed} allowed the model may use ${sent}`, (t) => {
    const input = converseInput({ ...request, maxTokens: asked }, { ...model, maxTokens: allowed });
    t.is(input.inferenceConfig?.maxTokens, sent);
  });
}

for (const [ofRequest, ofStack, sent] of [
  [undefined, "stack", [{ text: "stack" }]],
  ["request", "stack", [{ text: "request" }]],
  ["request", "", [{ text: "request" }]],
  ["", "stack", undefined],
] as const) {
  test(`system prompt ${JSON.stringify(ofRequest)} over the stack's "${ofStack}" is ${JSON.stringify(sent)}`, (t) => {
    const system = ofRequest === undefined ? {} : { system: ofRequest };
    const input = converseInput({ ...request, ...system }, { ...model, systemPrompt: ofStack });
    t.deepEqual(input.system, sent && [...sent]);
  });
}

test("a cache point follows the system prompt when the model takes one", (t) => {
  const caching = { ...model, cacheSystemPrompt: true };
  t.deepEqual(converseInput({ ...request, system: "s" }, caching).system, [
    { text: "s" },
    { cachePoint: { type: "default" } },
  ]);
  t.is(converseInput(request, caching).system, undefined);
});

test("a guardrail sees text before it is handed on", (t) => {
  const guardrail = { identifier: "g", version: "3" };
  t.deepEqual(converseInput(request, { ...model, guardrail }).guardrailConfig, {
    guardrailIdentifier: "g",
    guardrailVersion: "3",
    streamProcessingMode: "sync",
  });
});
