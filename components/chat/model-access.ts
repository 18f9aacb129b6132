import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { wholeNumber } from "../argument-rule.ts";
import { InputError } from "../input-error.ts";
import { accountIdOf, lookUp, partitionOf, regionOf } from "../look-up.ts";
import { allowedModels, modelKind } from "./bedrock-model.ts";
import { bedrockStatements } from "./bedrock-statements.ts";
import type { PolicyStatement } from "../policy-statements.ts";

/** The model that answers chats, and how. */
export interface ModelArgs {
  /**
   * The model that answers.
   *
   * Shape: a model id, an inference profile's id, or the ARN of an inference profile or application inference profile.
   * Errors: any other shape; thrown by the constructor before anything is registered.
   * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles.html
   */
  readonly model: string;
  /** Goes ahead of every conversation; empty for none. Readable by whoever may see the deployed configuration. */
  readonly systemPrompt: string;
  /** Most tokens one answer may have. */
  readonly maxTokens: number;
  /** Id or ARN of the guardrail every conversation passes through; empty for none. */
  readonly guardrailId: string;
  /** A number or `DRAFT`; empty when there is no guardrail. */
  readonly guardrailVersion: string;
}

/** Rule for the tokens of one answer. */
export const maxTokensRule = wholeNumber(1, 64_000);

/** The variables that function and container read a model from; what is not set is left out. */
export function modelEnvironment(args: ModelArgs): Record<string, string> {
  const { model, systemPrompt, maxTokens, guardrailId, guardrailVersion } = args;
  return {
    MODEL_ID: model,
    MAX_TOKENS: String(maxTokens),
    ...(systemPrompt && { SYSTEM_PROMPT: systemPrompt }),
    ...(guardrailId && { GUARDRAIL_ID: guardrailId, GUARDRAIL_VERSION: guardrailVersion }),
  };
}

/** @throws InputError for a model whose name is of no known shape. */
export function checkModel(model: string): void {
  if (modelKind(model) === undefined) throw new InputError(`model is "${model}"; allowed: ${allowedModels}`);
}

/**
 * Policy statements of a caller of the model. Asks AWS for the model, or the profile: one that does not exist in the Region
 * ends the program before anything is made.
 *
 * @param options The parent and the provider to ask with.
 * @throws InputError as `checkModel` does. The output is rejected with one for a model that does not stream, or not without
 * a profile.
 */
export function modelStatements(
  { model, guardrailId }: Pick<ModelArgs, "model" | "guardrailId">,
  options: pulumi.InvokeOptions,
): pulumi.Output<PolicyStatement[]> {
  checkModel(model);
  return pulumi
    .output({
      partition: partitionOf(options),
      region: regionOf(options),
      accountId: accountIdOf(options),
      model:
        modelKind(model) === "foundationModel"
          ? foundationModel(model, options)
          : inferenceProfile(model, options),
      guardrailId,
    })
    .apply(bedrockStatements);
}

function inferenceProfile(model: string, options: pulumi.InvokeOptions) {
  const what = `the inference profile "${model}"`;
  const remedy =
    "set model to one that Bedrock offers in this Region; the AWS credentials need bedrock:GetInferenceProfile";
  return lookUp({ what, remedy }, aws.bedrock.getInferenceProfile({ inferenceProfileId: model }, options));
}

/** @returns The model's id. */
function foundationModel(model: string, options: pulumi.InvokeOptions): Promise<string> {
  const what = `the model "${model}"`;
  const remedy =
    "set model to one that Bedrock offers in this Region; the AWS credentials need bedrock:GetFoundationModel";
  const found = aws.bedrockfoundation.getModel({ modelId: model }, options);
  return lookUp({ what, remedy }, found).then(streamedOnDemand);
}

/** @returns The model's id. */
function streamedOnDemand(found: aws.bedrockfoundation.GetModelResult): string {
  const { modelId, inferenceTypesSupporteds: types, responseStreamingSupported } = found;
  if (!types.includes("ON_DEMAND")) {
    throw new InputError(
      `model is "${modelId}", which is reached through an inference profile alone: put its geography before it, as in "global.${modelId}"`,
    );
  }
  if (!responseStreamingSupported) {
    throw new InputError(`model is "${modelId}", which does not stream; choose one that does`);
  }
  return modelId;
}
