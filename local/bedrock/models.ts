/** A model as the local Bedrock knows it. What it answers is scripted; these are the limits it answers within. */
export interface FoundationModel {
  /** Most tokens a conversation may have. */
  readonly contextTokens: number;
  /** Most tokens an answer may have, also when the request names no number. */
  readonly maxOutputTokens: number;
  /** Whether the plain model id can be invoked. Without it the model is reached through an inference profile alone. */
  readonly onDemand: boolean;
  /** Whether `temperature` and `topP` exclude each other. */
  readonly temperatureOrTopP: boolean;
  /** Whether a stop sequence may be nothing but white space. */
  readonly blankStopSequences: boolean;
  /** Inference profiles, by their prefix, and the Regions each may send a request to. `global` may send it anywhere. */
  readonly profiles: Readonly<Partial<Record<ProfilePrefix, readonly string[]>>>;
}

/** Prefix of an inference profile's id. Format: `{prefix}.{modelId}`. */
export type ProfilePrefix = "us" | "us-gov" | "eu" | "apac" | "jp" | "au" | "ca" | "global";

/** The Regions a profile can be called from. */
const sourceRegions: Readonly<Record<ProfilePrefix, RegExp>> = {
  us: /^(us(?!-gov)|ca)-/,
  "us-gov": /^us-gov-/,
  eu: /^eu-/,
  apac: /^ap-/,
  jp: /^ap-northeast-[13]$/,
  au: /^ap-southeast-[24]$/,
  ca: /^ca-/,
  global: /^/,
};

const US = ["us-east-1", "us-east-2", "us-west-2"];
const EU = ["eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"];
const EU_AND_SOUTH = [...EU, "eu-south-1", "eu-south-2"];
const APAC = [
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-southeast-1",
  "ap-southeast-2",
];
const JP = ["ap-northeast-1", "ap-northeast-3"];
const AU = ["ap-southeast-2", "ap-southeast-4"];

const claude45 = {
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  onDemand: false,
  temperatureOrTopP: true,
  blankStopSequences: false,
  profiles: { us: US, eu: EU_AND_SOUTH, jp: JP, au: AU, global: [] },
} as const satisfies FoundationModel;

const nova = {
  contextTokens: 300_000,
  maxOutputTokens: 10_000,
  onDemand: true,
  temperatureOrTopP: false,
  blankStopSequences: true,
  profiles: { us: US, eu: EU, apac: APAC },
} as const satisfies FoundationModel;

/**
 * The models whose limits are known here, by id. AWS has many more, and gives a profile other Regions from time to time.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html
 */
export const foundationModels: Readonly<Record<string, FoundationModel>> = {
  "anthropic.claude-haiku-4-5-20251001-v1:0": claude45,
  "anthropic.claude-sonnet-4-5-20250929-v1:0": claude45,
  "anthropic.claude-3-haiku-20240307-v1:0": {
    contextTokens: 200_000,
    maxOutputTokens: 4096,
    onDemand: true,
    temperatureOrTopP: false,
    blankStopSequences: false,
    profiles: { us: US, eu: EU, apac: APAC },
  },
  "amazon.nova-micro-v1:0": { ...nova, contextTokens: 128_000 },
  "amazon.nova-lite-v1:0": nova,
  "amazon.nova-pro-v1:0": nova,
};

/** Who has models that hold conversations, by the first part of their ids. */
const providers = [
  "ai21",
  "amazon",
  "anthropic",
  "cohere",
  "deepseek",
  "google",
  "meta",
  "minimax",
  "mistral",
  "moonshot",
  "moonshotai",
  "nvidia",
  "openai",
  "qwen",
  "writer",
  "xai",
  "zai",
];

/** Describes a model that is not in the table: its limits and places are not known, so it gets those that stand in the way of nothing. */
const otherModel = {
  contextTokens: 200_000,
  maxOutputTokens: 64_000,
  onDemand: true,
  temperatureOrTopP: false,
  blankStopSequences: true,
  profiles: {
    us: US,
    "us-gov": ["us-gov-east-1", "us-gov-west-1"],
    eu: EU_AND_SOUTH,
    apac: APAC,
    jp: JP,
    au: AU,
    ca: ["ca-central-1", "ca-west-1"],
    global: [],
  },
} as const satisfies FoundationModel;

/**
 * The model of an id: one of the table, or any other that one of the known providers may have, since AWS adds some each month
 * and what is said here is scripted anyway.
 *
 * @returns `undefined` when nobody is known to have it.
 */
export function findModel(modelId: string): FoundationModel | undefined {
  const known = Object.hasOwn(foundationModels, modelId) ? foundationModels[modelId] : undefined;
  return known ?? (providers.includes(modelId.split(".", 1).join()) ? otherModel : undefined);
}

/** The models that `findModel` finds, for messages. */
export const knownModels = `${Object.keys(foundationModels).join(", ")}, and whatever else is called after ${providers.join(", ")}`;

/** An inference profile that AWS defines, as seen from one Region. */
export interface InferenceProfile {
  readonly profileId: string;
  readonly modelId: string;
  /** Regions of the model, as in the ARNs of the profile's models: the empty Region stands for "anywhere". */
  readonly modelRegions: readonly string[];
}

/** @returns `undefined` when the id is not that of a profile that can be called from this Region. */
export function findInferenceProfile(profileId: string, region: string): InferenceProfile | undefined {
  const { prefix, modelId } = splitProfileId(profileId) ?? {};
  if (prefix === undefined || modelId === undefined || !sourceRegions[prefix].test(region)) return undefined;
  const destinations = findModel(modelId)?.profiles[prefix];
  if (destinations === undefined) return undefined;
  const modelRegions = prefix === "global" ? [region, ""] : [...new Set([...destinations, region])].sort();
  return { profileId, modelId, modelRegions };
}

/** @returns `undefined` for an id that is not of a profile's form. */
export function splitProfileId(
  profileId: string,
): { readonly prefix: ProfilePrefix; readonly modelId: string } | undefined {
  const [, prefix = "", modelId = ""] = /^([a-z-]+)\.([^.]+\..+)$/.exec(profileId) ?? [];
  return prefix in sourceRegions ? { prefix: prefix as ProfilePrefix, modelId } : undefined;
}

/** Format: `arn:aws:bedrock:{region}::foundation-model/{modelId}`. */
export function modelArn(region: string, modelId: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${modelId}`;
}

/** Format: `arn:aws:bedrock:{region}:{accountId}:inference-profile/{profileId}`. */
export function profileArn(region: string, accountId: string, profileId: string): string {
  return `arn:aws:bedrock:${region}:${accountId}:inference-profile/${profileId}`;
}
