import type { PolicyStatement } from "../policy-statements.ts";
import { InputError } from "../input-error.ts";

/** Result of `aws.bedrock.getInferenceProfile`. */
export interface InferenceProfile {
  readonly inferenceProfileArn: string;
  /** The model in every Region a request can be routed to; without a Region where that is any. */
  readonly models: readonly { readonly modelArn: string }[];
}

/** Inputs of a caller's policy for one model. */
export interface BedrockAccess {
  readonly partition: string;
  /** The Region of the call. */
  readonly region: string;
  readonly accountId: string;
  /** A foundation model's id, or the profile that stands before it. */
  readonly model: string | InferenceProfile;
  /** Id or ARN; empty: none. A guardrail with a guardrail profile of its own needs more than is given here. */
  readonly guardrailId: string;
}

/**
 * Streaming from one model, and nothing else. `ConverseStream` has no action of its own.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 *
 * @throws InputError for a profile without models
 */
export function bedrockStatements(access: BedrockAccess): PolicyStatement[] {
  const { partition, region, accountId, model, guardrailId } = access;
  const statements =
    typeof model === "string"
      ? [allowStream(`arn:${partition}:bedrock:${region}::foundation-model/${model}`)]
      : profileStatements(model, region);
  if (guardrailId) {
    statements.push({
      Effect: "Allow",
      Action: "bedrock:ApplyGuardrail",
      Resource: guardrailId.startsWith("arn:")
        ? guardrailId
        : `arn:${partition}:bedrock:${region}:${accountId}:guardrail/${guardrailId}`,
    });
  }
  return statements;
}

/**
 * A call through a profile is authorized for the profile, for the model where the call is made, and for the model
 * where it is routed to. The models are allowed through this profile alone. `bedrock:InferenceProfileArn` is absent
 * while the profile itself is authorized, so that statement must not ask for it.
 *
 * Sources:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html
 * https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 */
function profileStatements(
  { inferenceProfileArn, models }: InferenceProfile,
  region: string,
): PolicyStatement[] {
  const [first, ...others] = models.map(({ modelArn }) => modelArn);
  if (first === undefined)
    throw new InputError(`the inference profile ${inferenceProfileArn} has no models; set model to another`);
  const through = { "bedrock:InferenceProfileArn": inferenceProfileArn };
  const here = { "aws:RequestedRegion": region };
  const modelHere = inRegion(first, region);
  const modelAnywhere = inRegion(first, "");
  // An application profile's ARN does not show what it was made from; a global profile's models do.
  if (inferenceProfileArn.includes("/global.") || [first, ...others].includes(modelAnywhere)) {
    return [
      allowStream(inferenceProfileArn, here),
      allowStream(modelHere, { ...here, ...through }),
      // The routed call has no Region that IAM knows, which it spells out.
      allowStream(modelAnywhere, { "aws:RequestedRegion": "unspecified", ...through }),
    ];
  }
  return [
    allowStream(inferenceProfileArn),
    // A profile can be called where it does not route to.
    allowStream([...new Set([modelHere, first, ...others])].sort(), through),
  ];
}

function allowStream(
  resource: string | readonly string[],
  equals?: Readonly<Record<string, string>>,
): PolicyStatement {
  return {
    Effect: "Allow",
    Action: "bedrock:InvokeModelWithResponseStream",
    Resource: resource,
    ...(equals && { Condition: { StringEquals: equals } }),
  };
}

/** The same model's ARN in another Region. Format: `arn:{partition}:bedrock:{region}::foundation-model/{id}`. */
function inRegion(modelArn: string, region: string): string {
  const [arn, partition, service, , ...rest] = modelArn.split(":");
  return [arn, partition, service, region, ...rest].join(":");
}
