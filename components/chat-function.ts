import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { limits } from "../contract/limits.ts";
import { InputError } from "./input-error.ts";
import { NodeFunction, type NodeFunctionArgs } from "./parts/node-function.ts";
import { allowedModels, modelKind } from "./rules/bedrock-model.ts";
import { bedrockStatements } from "./rules/bedrock-statements.ts";
import type { PolicyStatement } from "./rules/policy-statement.ts";

/** What the chat function needs besides what every function has. */
export interface ChatFunctionArgs extends Pick<
  NodeFunctionArgs,
  "architecture" | "logRetentionDays" | "tags"
> {
  /**
   * The model that answers.
   *
   * Shape: a model id, an inference profile's id, or the ARN of an inference profile or application inference profile.
   * Errors: any other shape; thrown by the constructor before anything is registered.
   * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles.html
   */
  readonly model: string;
  /** Goes ahead of every conversation; empty for none. Readable by whoever may see the function's configuration. */
  readonly systemPrompt: string;
  /** Most tokens one answer may have. */
  readonly maxTokens: number;
  /** Id or ARN of the guardrail every conversation passes through; empty for none. */
  readonly guardrailId: string;
  /** A number or `DRAFT`; empty when there is no guardrail. */
  readonly guardrailVersion: string;
}

const entry = join(import.meta.dirname, "..", "lambda", "chat", "index.ts");

/**
 * Lambda's longest. What ends a chat is its tokens, a silent model or a reader that takes nothing, long before; a shorter
 * timeout would only cut slow answers off.
 */
const TIMEOUT_SECONDS = limits.lambdaTimeoutMilliseconds.value / 1000;

/** A chat waits on the network; what needs the processor, of which memory is the measure, is loading the SDK. */
const MEMORY_MIB = 512;

/** None reserved: Bedrock's own quotas bound the account's chats, and throttle and quota those of a caller. */
const MAX_CONCURRENCY = 0;

/** The function that streams a Bedrock model's answers: the code in `lambda/chat`. */
export class ChatFunction extends NodeFunction {
  constructor(name: string, args: ChatFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { model, systemPrompt, maxTokens, guardrailId, guardrailVersion } = args;
    super(
      name,
      {
        description: "Streams answers from Bedrock",
        entry,
        environment: {
          MODEL_ID: model,
          MAX_TOKENS: String(maxTokens),
          ...(systemPrompt && { SYSTEM_PROMPT: systemPrompt }),
          ...(guardrailId && { GUARDRAIL_ID: guardrailId, GUARDRAIL_VERSION: guardrailVersion }),
        },
        statements: modelStatements(args, opts),
        timeoutSeconds: TIMEOUT_SECONDS,
        memoryMiB: MEMORY_MIB,
        maxConcurrency: MAX_CONCURRENCY,
        architecture: args.architecture,
        logRetentionDays: args.logRetentionDays,
        tags: args.tags,
      },
      opts,
    );
  }
}

/** Asks AWS what the model is made of, where its name does not say. */
function modelStatements(
  { model, guardrailId }: ChatFunctionArgs,
  { parent, provider }: pulumi.ComponentResourceOptions = {},
): pulumi.Output<PolicyStatement[]> {
  const kind = modelKind(model);
  if (kind === undefined) throw new InputError(`model is "${model}"; allowed: ${allowedModels}`);
  const options = { ...(parent && { parent }), ...(provider && { provider }) };
  return pulumi
    .output({
      partition: aws.getPartitionOutput({}, options).partition,
      region: aws.getRegionOutput({}, options).region,
      accountId: aws.getCallerIdentityOutput({}, options).accountId,
      model:
        kind === "foundationModel"
          ? model
          : aws.bedrock.getInferenceProfileOutput({ inferenceProfileId: model }, options),
      guardrailId,
    })
    .apply(bedrockStatements);
}
