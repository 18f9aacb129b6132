/** Kind of a model id: a model of this Region, or an inference profile that routes to several Regions. */
export type ModelKind = "foundationModel" | "inferenceProfile";

/**
 * Geography of an inference profile, the first part of its id. One that AWS adds later can be used by its ARN.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
const geographies = ["global", "us", "us-gov", "eu", "apac", "jp", "au", "ca"] as const;

/** Ends the sentence "allowed: ...". */
export const allowedModels =
  'a model id ("anthropic.claude-..."), ' +
  `an inference profile's id (${geographies.map((geography) => `"${geography}."`).join(", ")} before a model id) ` +
  "or the ARN of an inference profile or an application inference profile";

/** Dots in a model's name are those of version numbers, which tells an unknown geography from a provider. */
const modelName = String.raw`[a-z0-9-]+\.[a-z0-9-]+(?:\.\d[a-z0-9-]*)*(?::\d+)?`;
const geography = `(?:${geographies.join("|")})`;
const profileId = new RegExp(`^${geography}\\.${modelName}$`);
const modelId = new RegExp(`^(?!${geography}\\.)${modelName}$`);
const profileArn =
  /^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:(?:application-)?inference-profile\/[A-Za-z0-9.:-]+$/;

/** @returns `undefined` for what is neither, `allowedModels` says what would be. */
export function modelKind(model: string): ModelKind | undefined {
  if (modelId.test(model)) return "foundationModel";
  return profileId.test(model) || profileArn.test(model) ? "inferenceProfile" : undefined;
}
