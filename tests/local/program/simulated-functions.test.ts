import test from "ava";
import { simulatedFunctions } from "../../../local/program/simulated-functions.ts";

const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const TOKEN = "aws:bedrock/getInferenceProfile:getInferenceProfile";

function getInferenceProfile(inferenceProfileId: string, region: string): object | undefined {
  return simulatedFunctions(region, "123456789012")[TOKEN]?.({ inferenceProfileId });
}

function models(...regions: string[]): { modelArn: string }[] {
  return regions.map((region) => ({ modelArn: `arn:aws:bedrock:${region}::foundation-model/${HAIKU}` }));
}

test("a geographic profile has its model in every destination Region", (t) => {
  t.like(getInferenceProfile(`us.${HAIKU}`, "us-east-1"), {
    inferenceProfileId: `us.${HAIKU}`,
    inferenceProfileArn: `arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.${HAIKU}`,
    models: models("us-east-1", "us-east-2", "us-west-2"),
    type: "SYSTEM_DEFINED",
    status: "ACTIVE",
    region: "us-east-1",
  });
});

test("a Region that only calls the profile is one of the destinations, too", (t) => {
  t.like(getInferenceProfile(`us.${HAIKU}`, "us-west-1"), {
    models: models("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
  });
});

test("the global profile has its model in the Region of the call, and in no Region", (t) => {
  t.like(getInferenceProfile(`global.${HAIKU}`, "eu-central-1"), { models: models("eu-central-1", "") });
});

test("a profile is found by its ARN as well", (t) => {
  const arn = `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.${HAIKU}`;
  t.deepEqual(getInferenceProfile(arn, "eu-central-1"), getInferenceProfile(`eu.${HAIKU}`, "eu-central-1"));
});

for (const [id, region, ...destinations] of [
  ["global.anthropic.claude-sonnet-5", "eu-central-1", "eu-central-1", ""],
  ["us.anthropic.claude-sonnet-5-5", "us-east-1", "us-east-1", "us-east-2", "us-west-2"],
  ["jp.anthropic.claude-opus-5", "ap-northeast-1", "ap-northeast-1", "ap-northeast-3"],
  ["global.anthropic.claude-fable-5-1", "us-east-1", "us-east-1", ""],
  ["us.openai.gpt-5.6-terra", "us-east-1", "us-east-1", "us-east-2", "us-west-2"],
  ["us-gov.anthropic.claude-opus-5", "us-gov-west-1", "us-gov-east-1", "us-gov-west-1"],
  ["ca.amazon.nova-2-lite-v1:0", "ca-central-1", "ca-central-1", "ca-west-1"],
] as const) {
  test(`there is a profile ${id} in ${region}, without a table's knowing the model`, (t) => {
    const modelId = id.slice(id.indexOf(".") + 1);
    t.like(getInferenceProfile(id, region), {
      models: destinations.map((to) => ({ modelArn: `arn:aws:bedrock:${to}::foundation-model/${modelId}` })),
    });
  });
}

for (const [id, region] of [
  [`us.${HAIKU}`, "eu-central-1"],
  [`jp.${HAIKU}`, "ap-southeast-2"],
  [`apac.${HAIKU}`, "ap-northeast-1"],
  ["global.amazon.nova-lite-v1:0", "us-east-1"],
  ["us.nobody.none-v1:0", "us-east-1"],
  ["eu.anthropic.claude-sonnet-5", "us-east-1"],
  [HAIKU, "us-east-1"],
] as const) {
  test(`there is no profile ${id} in ${region}`, (t) => {
    t.throws(() => getInferenceProfile(id, region), {
      message: new RegExp(`${id} does not exist in ${region}, .*; it knows ${HAIKU}, .*--config model=`),
    });
  });
}

test("a VPC that is not part of the program is answered for as one that would do", (t) => {
  const answer = simulatedFunctions("eu-central-1", "123456789012")["aws:ec2/getVpc:getVpc"]?.({
    id: "vpc-1",
  });
  t.like(answer, { id: "vpc-1", enableDnsHostnames: true, enableDnsSupport: true });
});

test("no other service's prefix list is known than S3's", (t) => {
  const look = simulatedFunctions("eu-central-1", "123456789012")[
    "aws:ec2/getManagedPrefixList:getManagedPrefixList"
  ];
  t.throws(() => look?.({ name: "com.amazonaws.eu-central-1.dynamodb" }), {
    message: /dynamodb is not simulated/,
  });
  t.throws(() => look?.({ name: "com.amazonaws.us-east-1.s3" }), { message: /is not simulated/ });
});

function getModel(modelId: string): object | undefined {
  const functions = simulatedFunctions("eu-central-1", "123456789012");
  return functions["aws:bedrockfoundation/getModel:getModel"]?.({ modelId });
}

test("a foundation model says how it is reached", (t) => {
  t.like(getModel("amazon.nova-lite-v1:0"), {
    modelArn: "arn:aws:bedrock:eu-central-1::foundation-model/amazon.nova-lite-v1:0",
    inferenceTypesSupporteds: ["ON_DEMAND"],
    responseStreamingSupported: true,
  });
  t.like(getModel(HAIKU), { inferenceTypesSupporteds: ["INFERENCE_PROFILE"] });
});

test("a model of nobody's does not exist", (t) => {
  t.throws(() => getModel("nobody.model-v1:0"), {
    message: new RegExp(
      `nobody\\.model-v1:0 does not exist in eu-central-1, .*; it knows ${HAIKU}, .*--config model=`,
    ),
  });
});
