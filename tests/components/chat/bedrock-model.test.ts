import test from "ava";
import { allowedModels, modelKind } from "../../../components/chat/bedrock-model.ts";

for (const [model, kind] of [
  ["anthropic.claude-3-haiku-20240307-v1:0", "foundationModel"],
  ["amazon.nova-lite-v1:0", "foundationModel"],
  ["ai21.jamba-1-5-mini-v1:0", "foundationModel"],
  ["deepseek.v3-v1:0", "foundationModel"],
  ["anthropic.claude-opus-4-6-v1", "foundationModel"],
  ["openai.gpt-5.6-terra", "foundationModel"],
  ["anthropic.claude-sonnet-5", "foundationModel"],
  ["anthropic.claude-opus-5-5", "foundationModel"],
  ["global.anthropic.claude-sonnet-5-5", "inferenceProfile"],
  ["eu.anthropic.claude-fable-5-1", "inferenceProfile"],
  ["minimax.minimax-m2.5", "foundationModel"],
  ["global.anthropic.claude-haiku-4-5-20251001-v1:0", "inferenceProfile"],
  ["us.anthropic.claude-haiku-4-5-20251001-v1:0", "inferenceProfile"],
  ["us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0", "inferenceProfile"],
  ["eu.amazon.nova-lite-v1:0", "inferenceProfile"],
  ["apac.amazon.nova-lite-v1:0", "inferenceProfile"],
  ["jp.anthropic.claude-haiku-4-5-20251001-v1:0", "inferenceProfile"],
  ["au.anthropic.claude-haiku-4-5-20251001-v1:0", "inferenceProfile"],
  ["ca.amazon.nova-lite-v1:0", "inferenceProfile"],
  ["us.openai.gpt-5.6-terra", "inferenceProfile"],
  ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0", "inferenceProfile"],
  ["arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/0h48dnxmrxnl", "inferenceProfile"],
  [
    "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:inference-profile/us-gov.amazon.nova-lite-v1:0",
    "inferenceProfile",
  ],
] as const) {
  test(`${model} is taken for a ${kind === "foundationModel" ? "foundation model" : "profile"}`, (t) => {
    t.is(modelKind(model), kind);
  });
}

for (const [what, model] of [
  ["nothing", ""],
  ["a name without a provider", "claude-haiku-4-5"],
  ["a geography AWS does not have", "uk.anthropic.claude-haiku-4-5-20251001-v1:0"],
  ["a geography alone before a name", "us.claude-haiku-4-5"],
  ["capital letters", "Anthropic.claude-3-haiku-20240307-v1:0"],
  ["a wildcard", "anthropic.claude-*"],
  ["a blank at the end", "amazon.nova-lite-v1:0 "],
  ["a foundation model's ARN", "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"],
  [
    "a profile's ARN without an account",
    "arn:aws:bedrock:us-east-1::inference-profile/us.amazon.nova-lite-v1:0",
  ],
  ["a wildcard in an ARN", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/*"],
  ["a provisioned model's ARN", "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abcdefghijkl"],
  [
    "a prompt router's ARN",
    "arn:aws:bedrock:us-east-1:123456789012:default-prompt-router/anthropic.claude:1",
  ],
] as const) {
  test(`${what} is no model`, (t) => {
    t.is(modelKind(model), undefined);
  });
}

test("what is allowed names every shape and every geography", (t) => {
  t.is(
    allowedModels,
    'a model id ("anthropic.claude-..."), an inference profile\'s id ("global.", "us.", "us-gov.", "eu.", "apac.", "jp.", ' +
      '"au.", "ca." before a model id) or the ARN of an inference profile or an application inference profile',
  );
});
