import { ConverseStreamCommand, type ConverseStreamCommandInput } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import { ask, failure, HAIKU, readAnswer, runBedrock } from "../../helpers/running-bedrock.ts";

const user = (text: string) => ({ role: "user" as const, content: [{ text }] });
const assistant = (text: string) => ({ role: "assistant" as const, content: [{ text }] });

const refused: [string, Partial<ConverseStreamCommandInput>, RegExp][] = [
  ["no messages", { messages: [] }, /must start with a user message/],
  ["an assistant's turn first", { messages: [assistant("Hi")] }, /must start with a user message/],
  [
    "two turns of one role",
    { messages: [user("a"), user("b")] },
    /must alternate between user and assistant/,
  ],
  ["a turn without content", { messages: [{ role: "user", content: [] }] }, /messages\.0 is empty/],
  ["a blank text", { messages: [user(" \n")] }, /at messages\.0\.content\.0 is blank/],
  ["blank instructions", { system: [{ text: "" }] }, /at system\.0 is blank/],
  ["zero tokens", { inferenceConfig: { maxTokens: 0 } }, /maxTokens' .* greater than or equal to 1/],
  [
    "more tokens than the model has",
    { inferenceConfig: { maxTokens: 10_001 } },
    /exceeds the model limit of 10000/,
  ],
  ["a temperature above 1", { inferenceConfig: { temperature: 1.1 } }, /temperature' .* from 0 to 1/],
  ["a negative topP", { inferenceConfig: { topP: -0.1 } }, /topP' .* from 0 to 1/],
  ["an empty stop sequence", { inferenceConfig: { stopSequences: [""] } }, /stopSequences'/],
  [
    "a blank stop sequence",
    { modelId: `eu.${HAIKU}`, inferenceConfig: { stopSequences: ["\n"] } },
    /must contain non-whitespace/,
  ],
  [
    "temperature and topP together where they exclude each other",
    { modelId: `eu.${HAIKU}`, inferenceConfig: { temperature: 0.5, topP: 0.5 } },
    /cannot both be specified/,
  ],
  ["tools", { toolConfig: { tools: [] } }, /takes text alone, not toolConfig/],
  [
    "an image",
    {
      messages: [
        { role: "user", content: [{ image: { format: "png", source: { bytes: new Uint8Array(1) } } }] },
      ],
    },
    /takes text alone/,
  ],
  [
    "a guardrail without a version",
    { guardrailConfig: { guardrailIdentifier: "gr1", guardrailVersion: undefined } },
    /guardrailVersion/,
  ],
  [
    "a guardrail with a name for a version",
    { guardrailConfig: { guardrailIdentifier: "gr1", guardrailVersion: "latest" } },
    /guardrailVersion/,
  ],
  ["an id of another shape", { modelId: "haiku" }, /provided model identifier is invalid/],
  [
    "an ARN of another Region",
    { modelId: `arn:aws:bedrock:us-east-1::foundation-model/${HAIKU}` },
    /identifier is invalid/,
  ],
  ["a model that needs a profile", { modelId: HAIKU }, /with on-demand throughput isn’t supported/],
];

for (const [what, input, says] of refused) {
  test(`${what} is a ValidationException, and reported`, async (t) => {
    const { connect, takeErrors } = await runBedrock(t);
    const error = await failure(connect().send(ask("Hello", input)));
    t.is(error.name, "ValidationException");
    t.is(error.$metadata.httpStatusCode, 400);
    t.regex(error.message, says);
    t.deepEqual(takeErrors(), [`ValidationException: ${error.message}`]);
  });
}

for (const [what, modelId] of [
  ["a model nobody made", "nobody.none-v1:0"],
  ["a profile of a model nobody made", "eu.nobody.none-v1:0"],
  ["a profile of another continent", `us.${HAIKU}`],
  ["a profile that the model does not have", `apac.${HAIKU}`],
]) {
  test(`${what} is not found`, async (t) => {
    const { connect, takeErrors } = await runBedrock(t);
    const error = await failure(connect().send(ask("Hello", { modelId })));
    t.like(error, { name: "ResourceNotFoundException", $metadata: { httpStatusCode: 404 } });
    t.is(takeErrors().length, 1);
  });
}

test("a conversation that is too long is refused, and that is nothing to report", async (t) => {
  const { connect } = await runBedrock(t, { model: { contextTokens: 10 } });
  const client = connect();
  t.is((await readAnswer(client, ask("a ".repeat(5).trim()))).error, undefined);
  const error = await failure(client.send(ask("a b c d e f g h i j k")));
  t.is(error.name, "ValidationException");
  t.is(error.message, "Input is too long for requested model.");
});

test("the model's own limit holds without that option", async (t) => {
  const { connect } = await runBedrock(t);
  const client = connect();
  const error = await failure(client.send(ask("あ".repeat(300_001))));
  t.is(error.message, "Input is too long for requested model.");
  t.is((await readAnswer(client, ask("あ".repeat(300_000)))).error, undefined);
});

test("members nobody knows are ignored", async (t) => {
  const { connect } = await runBedrock(t);
  const command = new ConverseStreamCommand({
    modelId: `global.${HAIKU}`,
    messages: [user("Hello")],
    requestMetadata: { a: "b" },
  });
  t.is((await readAnswer(connect(), command)).error, undefined);
});
