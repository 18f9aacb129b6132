import { BedrockError } from "./errors.ts";
import {
  findInferenceProfile,
  findModel,
  type FoundationModel,
  modelArn,
  profileArn,
  splitProfileId,
} from "./models.ts";

/** The operations simulated here, by the names of Bedrock's API reference. */
export type BedrockOperation = "Converse" | "ConverseStream";

const operations: Readonly<Record<string, BedrockOperation>> = {
  converse: "Converse",
  "converse-stream": "ConverseStream",
};

/** Operation and model of a request. */
export interface Target {
  readonly operation: BedrockOperation;
  /** As the caller names it: a model's id, an inference profile's, or the ARN of either. */
  readonly modelId: string;
}

/** @throws BedrockError UnknownOperationException */
export function parseTarget(method: string, url: string): Target {
  const [, modelId = "", name = ""] = /^\/model\/([^/?]+)\/([^/?]+)$/.exec(url) ?? [];
  const operation = operations[name];
  if (method !== "POST" || operation === undefined) {
    throw new BedrockError("UnknownOperationException", `${method} ${url} is not simulated locally.`);
  }
  return { operation, modelId: decode(modelId) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidIdentifier();
  }
}

/** Something the caller needs permission for, with the condition keys it is weighed with. */
export interface RequiredResource {
  readonly arn: string;
  readonly requestedRegion: string;
  /** The profile through which a model is invoked. */
  readonly inferenceProfileArn?: string;
}

/** A model id, understood. */
export interface ResolvedModel {
  readonly resources: readonly RequiredResource[];
  /** @throws BedrockError for what does not exist, or cannot be invoked this way. Asked only once the caller is known to be allowed. */
  require(): FoundationModel;
}

const MODEL = /^[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}([.:][a-z0-9-]{1,63})*$/;

/**
 * @throws BedrockError ValidationException when the id has no form a model's id can have, or names another Region or
 * account.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/geographic-cross-region-inference.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html
 */
export function resolveModel(modelId: string, region: string, accountId: string): ResolvedModel {
  const id = withoutArn(modelId, region, accountId);
  if (!MODEL.test(id)) throw invalidIdentifier();
  return splitProfileId(id) === undefined ? plainModel(id, region) : profile(id, region, accountId);
}

function plainModel(modelId: string, region: string): ResolvedModel {
  return {
    resources: [{ arn: modelArn(region, modelId), requestedRegion: region }],
    require() {
      const model = findModel(modelId);
      if (model === undefined) throw notFound();
      if (model.onDemand) return model;
      throw new BedrockError(
        "ValidationException",
        `Invocation of model ID ${modelId} with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.`,
      );
    },
  };
}

/** A profile is one resource, and the model is one more in every Region where it may run. */
function profile(profileId: string, region: string, accountId: string): ResolvedModel {
  const found = findInferenceProfile(profileId, region);
  const inferenceProfileArn = profileArn(region, accountId, profileId);
  const models = (found?.modelRegions ?? []).map((modelRegion) => ({
    arn: modelArn(modelRegion, found?.modelId ?? ""),
    // What the global profile's region-less model is weighed with.
    requestedRegion: modelRegion === "" ? "unspecified" : modelRegion,
    inferenceProfileArn,
  }));
  return {
    resources: [{ arn: inferenceProfileArn, requestedRegion: region }, ...models],
    require() {
      const model = findModel(found?.modelId ?? "");
      if (model === undefined) throw notFound();
      return model;
    },
  };
}

/** @returns The id at the end of an ARN; anything that is not an ARN as it is. */
function withoutArn(modelId: string, region: string, accountId: string): string {
  if (!modelId.startsWith("arn:")) return modelId;
  for (const prefix of [modelArn(region, ""), profileArn(region, accountId, "")]) {
    if (modelId.startsWith(prefix)) return modelId.slice(prefix.length);
  }
  throw invalidIdentifier();
}

function invalidIdentifier(): BedrockError {
  return new BedrockError("ValidationException", "The provided model identifier is invalid.");
}

function notFound(): BedrockError {
  return new BedrockError(
    "ResourceNotFoundException",
    "Could not resolve the foundation model from the provided model identifier.",
  );
}
