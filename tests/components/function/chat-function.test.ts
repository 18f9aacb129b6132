import test from "ava";
import * as pulumi from "@pulumi/pulumi";
import { InputError } from "../../../components/input-error.ts";
import { ChatFunction } from "../../../components/function/chat-function.ts";
import { readModelConfiguration } from "../../../core/chat-stream/index.ts";
import { limits } from "../../../contract/limits.ts";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { only, recordProgram } from "../../helpers/recorded-program.ts";

const FUNCTION = "aws:lambda/function:Function";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ROLE = "aws:iam/role:Role";
const NAME = "lambda-chat";

const HERE = "eu-central-1";
const ACCOUNT = "123456789012";
const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const STREAM = { Effect: "Allow", Action: "bedrock:InvokeModelWithResponseStream" };

const program = await recordProgram({
  config: ["lambdaChat=true", "architecture=x86_64", "logRetentionDays=7", "maxTokens=200"],
});

function variables(graph: ResourceGraph): Record<string, string> {
  return (only(graph, FUNCTION, NAME).inputs.environment as { variables: Record<string, string> }).variables;
}

/** What the function may do besides writing its log. */
function statements(graph: ResourceGraph): unknown[] {
  const policy = JSON.parse(String(only(graph, POLICY, NAME).inputs.policy)) as { Statement: unknown[] };
  return policy.Statement.slice(1);
}

test("the function runs on Node.js 24 for as long as Lambda lets it, with no concurrency reserved", (t) => {
  const { graph } = program;
  const { code, environment, ...inputs } = only(graph, FUNCTION, NAME).inputs;
  t.true(pulumi.asset.AssetArchive.isInstance(code));
  t.truthy(environment);
  t.deepEqual(inputs, {
    description: "Streams answers from Bedrock",
    runtime: "nodejs24.x",
    handler: "index.handler",
    role: only(graph, ROLE, NAME).outputs.arn,
    architectures: ["x86_64"],
    timeout: limits.lambdaTimeoutMilliseconds.value / 1000,
    memorySize: 512,
    reservedConcurrentExecutions: -1,
    loggingConfig: { logFormat: "Text", logGroup: only(graph, LOG_GROUP, NAME).outputs.name },
    tracingConfig: { mode: "PassThrough" },
    tags: {},
  });
  t.is(only(graph, LOG_GROUP, NAME).inputs.retentionInDays, 7);
});

test("the function is told the model and the most tokens, and nothing that is not set", (t) => {
  t.deepEqual(variables(program.graph), { MODEL_ID: `global.${HAIKU}`, MAX_TOKENS: "200" });
});

test.serial("a system prompt and a guardrail reach the function as they are configured", async (t) => {
  const { graph } = await recordProgram({
    config: [
      "lambdaChat=true",
      "systemPrompt=Answer in\nrhymes: \"日本\" = 'ok'.",
      "guardrailId=gr12ab34cd56",
      "guardrailVersion=DRAFT",
    ],
  });
  t.deepEqual(readModelConfiguration(variables(graph)), {
    modelId: `global.${HAIKU}`,
    maxTokens: 1024,
    systemPrompt: "Answer in\nrhymes: \"日本\" = 'ok'.",
    guardrail: { identifier: "gr12ab34cd56", version: "DRAFT" },
  });
  t.deepEqual(statements(graph).at(-1), {
    Effect: "Allow",
    Action: "bedrock:ApplyGuardrail",
    Resource: `arn:aws:bedrock:${HERE}:${ACCOUNT}:guardrail/gr12ab34cd56`,
  });
});

test("the default model may be streamed from through its global profile, and nothing else", (t) => {
  const profileArn = `arn:aws:bedrock:${HERE}:${ACCOUNT}:inference-profile/global.${HAIKU}`;
  const inProfile = { "bedrock:InferenceProfileArn": profileArn };
  t.deepEqual(statements(program.graph), [
    {
      ...STREAM,
      Resource: profileArn,
      Condition: { StringEquals: { "aws:RequestedRegion": HERE } },
    },
    {
      ...STREAM,
      Resource: `arn:aws:bedrock:${HERE}::foundation-model/${HAIKU}`,
      Condition: { StringEquals: { "aws:RequestedRegion": HERE, ...inProfile } },
    },
    {
      ...STREAM,
      Resource: `arn:aws:bedrock:::foundation-model/${HAIKU}`,
      Condition: { StringEquals: { "aws:RequestedRegion": "unspecified", ...inProfile } },
    },
  ]);
});

test.serial("a plain model has the ARN of the partition and Region", async (t) => {
  const { graph } = await recordProgram({
    config: ["lambdaChat=true", "model=amazon.nova-lite-v1:0"],
    partition: "aws-us-gov",
  });
  t.deepEqual(statements(graph), [
    { ...STREAM, Resource: `arn:aws-us-gov:bedrock:${HERE}::foundation-model/amazon.nova-lite-v1:0` },
  ]);
});

for (const [what, model, functions, message] of [
  [
    "does not exist",
    "nobody.model-v1:0",
    {},
    /the model nobody\.model-v1:0 does not exist in .*; it knows .*--config model=/,
  ],
  [
    "has no profile of its Region",
    "jp.amazon.nova-lite-v1:0",
    {},
    /jp\.amazon\.nova-lite-v1:0 does not exist/,
  ],
  [
    "is reached through a profile alone",
    HAIKU,
    {},
    /^model is "anthropic\.claude-haiku.*through an inference profile alone: .* "global\.anthropic\.claude-haiku/,
  ],
  [
    "does not stream",
    "amazon.titan-embed-text-v2:0",
    {
      "aws:bedrockfoundation/getModel:getModel": ({ modelId }: { modelId?: unknown }) => ({
        modelId,
        inferenceTypesSupporteds: ["ON_DEMAND"],
        responseStreamingSupported: false,
      }),
    },
    /^model is "amazon\.titan-embed-text-v2:0", which does not stream/,
  ],
] as const) {
  test.serial(`a model that ${what} ends the program`, async (t) => {
    await t.throwsAsync(recordProgram({ config: ["lambdaChat=true", `model=${model}`], functions }), {
      message,
    });
  });
}

test.serial("a geographic profile may be used in every Region that AWS says it routes to", async (t) => {
  const profileArn = `arn:aws:bedrock:${HERE}:${ACCOUNT}:inference-profile/eu.${HAIKU}`;
  const asked: unknown[] = [];
  const { graph } = await recordProgram({
    config: ["lambdaChat=true", `model=eu.${HAIKU}`],
    functions: {
      "aws:bedrock/getInferenceProfile:getInferenceProfile": (inputs) => {
        asked.push(inputs);
        return {
          inferenceProfileArn: profileArn,
          models: ["eu-north-1", HERE].map((region) => ({
            modelArn: `arn:aws:bedrock:${region}::foundation-model/${HAIKU}`,
          })),
        };
      },
    },
  });
  t.deepEqual(asked, [{ inferenceProfileId: `eu.${HAIKU}` }]);
  t.deepEqual(statements(graph), [
    { ...STREAM, Resource: profileArn },
    {
      ...STREAM,
      Resource: [
        `arn:aws:bedrock:${HERE}::foundation-model/${HAIKU}`,
        `arn:aws:bedrock:eu-north-1::foundation-model/${HAIKU}`,
      ],
      Condition: { StringEquals: { "bedrock:InferenceProfileArn": profileArn } },
    },
  ]);
});

test("a model of another shape is refused before anything is registered", (t) => {
  const args = {
    model: "anthropic.*",
    systemPrompt: "",
    maxTokens: 1,
    guardrailId: "",
    guardrailVersion: "",
    architecture: "arm64",
    logRetentionDays: 30,
    tags: {},
  } as const;
  t.throws(() => new ChatFunction("chat", args), {
    instanceOf: InputError,
    message: /^model is "anthropic\.\*"; allowed: a model id/,
  });
});

test("the code is one index.mjs under 64 KB that exports the handler", async (t) => {
  const archive = only(program.graph, FUNCTION, NAME).inputs.code as pulumi.asset.AssetArchive;
  const files = await archive.assets;
  t.deepEqual(Object.keys(files), ["index.mjs"]);
  const code = await (files["index.mjs"] as pulumi.asset.StringAsset).text;
  t.true(Buffer.byteLength(code) < 64 * 1024, `${Buffer.byteLength(code)} bytes`);
  t.regex(code, /export\{[^}]*\bhandler\b[^}]*\}/);
});
