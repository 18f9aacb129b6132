import leven from "leven";
import { InputError } from "../input-error.ts";
import { allowedModels, modelKind } from "../rules/bedrock-model.ts";
import { type ConfigValue, flag, freeText, integer, oneOf, tagList, text } from "./config-value.ts";

/** The program's configuration, typed and checked. `Pulumi.yaml` describes every key. */
export interface StreamgateConfig {
  readonly bucket: string;
  readonly bucketKmsKeyArn: string;
  readonly keyPrefix: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly throttleRatePerSecond: number;
  readonly throttleBurst: number;
  readonly quotaPerDay: number;
  readonly stage: string;
  readonly downloadTimeoutSeconds: number;
  readonly downloadMemoryMiB: number;
  readonly downloadMaxConcurrency: number;
  readonly architecture: "arm64" | "x86_64";
  readonly lambdaChat: boolean;
  readonly model: string;
  readonly systemPrompt: string;
  readonly maxTokens: number;
  readonly guardrailId: string;
  readonly guardrailVersion: string;
  readonly accountLogging: "create" | "existing";
  readonly logRetentionDays: number;
  readonly logKeys: boolean;
  readonly onDestroy: "keepData" | "deleteEverything";
}

/** The retention periods CloudWatch Logs accepts, shortest first (its "never" is left out on purpose). */
const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
] as const;

const values: { readonly [key in keyof StreamgateConfig]: ConfigValue<StreamgateConfig[key]> } = {
  bucket: text(
    "the name of an existing bucket (3 to 63 of a-z, 0-9, - and .)",
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  ),
  bucketKmsKeyArn: text("a KMS key's ARN", /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/),
  keyPrefix: text(
    "a prefix that ends in /, does not start with it and holds none of * ? $",
    /^[^/*?$][^*?$]*\/$/,
  ),
  tags: tagList(),
  throttleRatePerSecond: integer(100, 1, 10_000),
  throttleBurst: integer(200, 1, 5_000),
  quotaPerDay: integer(100_000, 1, 1_000_000_000),
  // These begin the routes: a URL with one twice is ambiguous to people and to path-stripping proxies.
  stage: text(
    '1 to 128 of A-Z, a-z, 0-9, - and _ but not "download" or "chat"; empty stands for the stack\'s name, held to the same',
    /^(?!(?:download|chat)$)[A-Za-z0-9_-]{1,128}$/,
  ),
  downloadTimeoutSeconds: integer(900, 1, 900),
  downloadMemoryMiB: integer(512, 128, 10_240),
  downloadMaxConcurrency: integer(50, 0, 10_000),
  architecture: oneOf("arm64", ["arm64", "x86_64"]),
  lambdaChat: flag(false),
  model: {
    default: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    allowed: allowedModels,
    parse: (value) => (modelKind(value) === undefined ? undefined : value),
  },
  // A function's variables have 4 KB in all: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
  systemPrompt: freeText(3000),
  maxTokens: integer(1024, 1, 64_000),
  guardrailId: text(
    "a guardrail's id or ARN",
    /^(?:[a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:guardrail\/[a-z0-9]{1,64})$/,
  ),
  guardrailVersion: text("DRAFT or a version's number", /^(?:DRAFT|[1-9]\d{0,7})$/),
  accountLogging: oneOf("create", ["create", "existing"]),
  logRetentionDays: oneOf<number>(30, retentionDays),
  logKeys: flag(false),
  onDestroy: oneOf("keepData", ["keepData", "deleteEverything"]),
};

/** What every key is when neither `Pulumi.yaml` nor the stack sets it; the stage is then called like the stack. */
export const configDefaults = Object.fromEntries(
  Object.entries(values).map(([key, value]) => [key, value.default]),
) as unknown as StreamgateConfig;

/** The configuration cannot be used. The message has one line a problem, with the key, the value and what is allowed. */
export class ConfigError extends InputError {
  override readonly name = "ConfigError";
}

/**
 * @param entries Configuration as Pulumi hands it out: `project:key` to text; other projects' keys are passed over.
 * @throws ConfigError listing every problem, also keys nobody declared: the Pulumi CLI lets those through.
 */
export function parseConfig(
  entries: Readonly<Record<string, string>>,
  project: string,
  stack: string,
): StreamgateConfig {
  const problems: string[] = [];
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(entries)) {
    if (!name.startsWith(`${project}:`)) continue;
    const key = name.slice(project.length + 1);
    if (Object.hasOwn(values, key)) given.set(key, value);
    else problems.push(`${name} is not a key of this program; the nearest is ${project}:${nearestKey(key)}`);
  }
  if ((given.get("stage") ?? "") === "") given.set("stage", stack);

  const parsed = Object.entries(values).map(([key, rule]: [string, ConfigValue<unknown>]) => {
    const value = given.get(key);
    const typed = value === undefined ? rule.default : rule.parse(value);
    if (typed === undefined) problems.push(`${project}:${key} is ${shown(value)}; allowed: ${rule.allowed}`);
    return [key, typed];
  });
  const config = Object.fromEntries(parsed) as StreamgateConfig;

  if (config.bucketKmsKeyArn && !config.bucket) {
    problems.push(
      `${project}:bucketKmsKeyArn needs ${project}:bucket: the program's own bucket uses S3's key`,
    );
  }
  if ((config.guardrailId === "") !== (config.guardrailVersion === "")) {
    problems.push(`${project}:guardrailId and ${project}:guardrailVersion go together: set both or neither`);
  }
  if (problems.length > 0) throw new ConfigError(problems.join("\n"));
  return config;
}

/** What is very long would drown the message, and is a prompt, which has no place in a log. */
function shown(value = ""): string {
  return value.length > 500 ? `${value.length} characters long` : `"${value}"`;
}

function nearestKey(key: string): string {
  const distance = (candidate: string) => leven(key.toLowerCase(), candidate.toLowerCase());
  return Object.keys(values).reduce((best, next) => (distance(next) < distance(best) ? next : best));
}
