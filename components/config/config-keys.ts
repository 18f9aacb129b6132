import { originListRule, isOrigin } from "../api/cors.ts";
import { principalsRule } from "../api/allowed-principals.ts";
import { cidrListRule, isCidrBlock } from "../api/resource-policy.ts";
import { quotaRule, throttleRules } from "../api/throttle.ts";
import { wholeNumber } from "../argument-rule.ts";
import { bucketNameRule } from "../bucket/bucket-name.ts";
import { keyPrefixRule } from "../bucket/key-prefix.ts";
import { maxTokensRule } from "../chat/model-access.ts";
import { taskRules } from "../chat/private-chat-args.ts";
import { functionSizeRules } from "../function/function-size.ts";
import { retentionDays } from "../log-retention.ts";
import { tagRule } from "../tags.ts";
import type { Auth } from "../../contract/stack-outputs.ts";
import { allowedModels, modelKind } from "../chat/bedrock-model.ts";
import { fargateMemoryMiB } from "../chat/fargate-sizes.ts";
import {
  defaultSecurityPolicy,
  endpointAccessModes,
  type EndpointAccessMode,
  securityPolicies,
  type SecurityPolicy,
} from "../api/security-policy.ts";
import { allowedVpcCidrs, defaultVpcCidr, isVpcCidr } from "../chat/vpc-cidr.ts";
import { allowedImages, privateImage } from "../chat/private-image.ts";
import {
  type ConfigValue,
  accepted,
  ascendingNumbers,
  bounded,
  flag,
  freeText,
  integer,
  listOf,
  matching,
  oneOf,
  ruled,
  ruledList,
  tagList,
  text,
} from "./config-value.ts";

/** The program's configuration, typed and checked. `Pulumi.yaml` describes every key. */
export interface StreamgateConfig {
  readonly downloads: boolean;
  readonly chat: boolean;
  readonly lambdaChat: boolean;
  readonly bucket: string;
  readonly bucketKmsKeyArn: string;
  readonly keyPrefix: string;
  readonly runtimes: readonly DownloadRuntime[];
  readonly auth: Auth;
  readonly apiKeyGenerations: readonly number[];
  readonly allowedCidrs: readonly string[];
  readonly allowedPrincipals: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly securityPolicy: SecurityPolicy;
  readonly endpointAccessMode: EndpointAccessMode;
  readonly tags: Readonly<Record<string, string>>;
  readonly throttleRatePerSecond: number;
  readonly throttleBurst: number;
  readonly quotaPerDay: number;
  readonly stage: string;
  readonly downloadTimeoutSeconds: number;
  readonly downloadMemoryMiB: number;
  readonly downloadMaxConcurrency: number;
  readonly architecture: "arm64" | "x86_64";
  readonly model: string;
  readonly systemPrompt: string;
  readonly maxTokens: number;
  readonly guardrailId: string;
  readonly guardrailVersion: string;
  readonly chatCpu: number;
  readonly chatMemoryMiB: number;
  readonly chatMinTasks: number;
  readonly chatMaxTasks: number;
  readonly chatStreamsPerTask: number;
  readonly chatImage: string;
  readonly certificateArn: string;
  readonly certificateDomain: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly routeTableIds: readonly string[];
  readonly createEndpoints: boolean;
  readonly availabilityZones: readonly string[];
  readonly vpcCidr: string;
  readonly logRetentionDays: number;
  readonly logKeys: boolean;
  readonly onDestroy: "keepData" | "deleteEverything";
}

/** Runtime of a download function; each has a route of its own. */
export type DownloadRuntime = (typeof downloadRuntimes)[number];

const downloadRuntimes = ["nodejs", "python-fastapi", "python-stdlib"] as const;

// These begin the routes: a URL with one twice is ambiguous to people and to path-stripping proxies.
const firstSegments = [
  "download",
  "download-fastapi",
  "download-stdlib",
  "chat",
  "stream",
  "health",
  "ready",
  "assets",
];

/** Readers of the keys, by name. */
export const configValues: { readonly [key in keyof StreamgateConfig]: ConfigValue<StreamgateConfig[key]> } =
  {
    downloads: flag(true),
    chat: flag(false),
    lambdaChat: flag(false),
    bucket: ruled(bucketNameRule),
    bucketKmsKeyArn: text("a KMS key's ARN", /^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/),
    keyPrefix: ruled(keyPrefixRule),
    runtimes: listOf(["nodejs"], `at least one of ${downloadRuntimes.join(", ")}`, downloadRuntime, 1),
    auth: oneOf("apiKey", ["apiKey", "iam", "none"]),
    apiKeyGenerations: ascendingNumbers([1]),
    allowedCidrs: bounded(
      listOf([], 'IPv4 or IPv6 blocks such as "203.0.113.0/24" or "2001:db8::/32"', accepted(isCidrBlock)),
      cidrListRule,
    ),
    allowedPrincipals: ruledList(principalsRule),
    corsOrigins: bounded(
      listOf(
        [],
        'origins such as "https://app.example.com", in lower case and without a path',
        accepted(isOrigin),
      ),
      originListRule,
    ),
    securityPolicy: oneOf<SecurityPolicy>(defaultSecurityPolicy, securityPolicies),
    endpointAccessMode: oneOf<EndpointAccessMode>("STRICT", endpointAccessModes),
    tags: tagList(tagRule),
    throttleRatePerSecond: integer(100, throttleRules.ratePerSecond),
    throttleBurst: integer(200, throttleRules.burst),
    quotaPerDay: integer(100_000, quotaRule),
    stage: text(
      `1 to 128 of A-Z, a-z, 0-9, - and _ but not ${firstSegments.join(", ")}; empty stands for the stack's name, held to the same`,
      new RegExp(`^(?!(?:${firstSegments.join("|")})$)[A-Za-z0-9_-]{1,128}$`),
    ),
    downloadTimeoutSeconds: integer(900, functionSizeRules.timeoutSeconds),
    downloadMemoryMiB: integer(512, functionSizeRules.memoryMiB),
    downloadMaxConcurrency: integer(50, functionSizeRules.maxConcurrency),
    architecture: oneOf("arm64", ["arm64", "x86_64"]),
    model: {
      default: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
      allowed: allowedModels,
      parse: (value) => (modelKind(value) === undefined ? undefined : value),
    },
    // A function's variables have 4 KB in all: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
    systemPrompt: freeText(3000),
    maxTokens: integer(1024, maxTokensRule),
    guardrailId: text(
      "a guardrail's id or ARN",
      /^(?:[a-z0-9]{1,64}|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:guardrail\/[a-z0-9]{1,64})$/,
    ),
    guardrailVersion: text("DRAFT or a version's number", /^(?:DRAFT|[1-9]\d{0,7})$/),
    chatCpu: oneOf<number>(512, Object.keys(fargateMemoryMiB).map(Number)),
    chatMemoryMiB: integer(1024, wholeNumber(512, 30_720)),
    chatMinTasks: integer(2, taskRules.minTasks),
    chatMaxTasks: integer(10, taskRules.maxTasks),
    chatStreamsPerTask: integer(200, taskRules.streamsPerTask),
    chatImage: text(allowedImages, privateImage),
    certificateArn: text("an ACM certificate's ARN", /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/),
    certificateDomain: text(
      "a domain name the certificate is for",
      /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    ),
    vpcId: text("a VPC's id", /^vpc-[0-9a-f]{8,17}$/),
    subnetIds: listOf([], "ids of subnets", matching(/^subnet-[0-9a-f]{8,17}$/)),
    routeTableIds: listOf([], "ids of route tables", matching(/^rtb-[0-9a-f]{8,17}$/)),
    createEndpoints: flag(true),
    availabilityZones: listOf(
      [],
      'names of zones such as "us-east-1a"',
      matching(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/),
    ),
    vpcCidr: {
      default: defaultVpcCidr,
      allowed: allowedVpcCidrs,
      parse: (value) => (isVpcCidr(value) ? value : undefined),
    },
    logRetentionDays: oneOf<number>(30, retentionDays),
    logKeys: flag(false),
    onDestroy: oneOf("keepData", ["keepData", "deleteEverything"]),
  };

function downloadRuntime(item: string): DownloadRuntime | undefined {
  return downloadRuntimes.find((runtime) => runtime === item);
}
