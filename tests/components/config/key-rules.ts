import { accessKeyRules } from "./access-key-rules.ts";
import type { StreamgateConfig } from "../../../components/config/streamgate-config.ts";
import { securityPolicies } from "../../../components/api/security-policy.ts";
import { allowedModels } from "../../../components/chat/bedrock-model.ts";
import { countOf, type KeyRule, notWhole } from "./key-rule.ts";
import { certificate, privateChatRules, subnets } from "./private-chat-key-rules.ts";

const kmsKey = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd";

const profileArn = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/0h48dnxmrxnl";
const guardrailArn = "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:guardrail/gr12ab34cd56";

export const rules: { readonly [key in keyof StreamgateConfig]: KeyRule<StreamgateConfig[key]> } = {
  downloads: {
    default: true,
    accepted: { true: true, false: false },
    refused: ["", "yes"],
    allowed: "true or false",
  },
  chat: {
    default: false,
    accepted: { true: true, false: false },
    refused: ["", "1"],
    allowed: "true or false",
  },
  bucket: {
    default: "",
    accepted: { "": "", abc: "abc", "my.bucket-1": "my.bucket-1", ["b".repeat(63)]: "b".repeat(63) },
    refused: [
      "a..b",
      "a.-b",
      "192.0.2.1",
      "xn--a",
      "my-s3alias",
      "ab",
      "b".repeat(64),
      "Bucket",
      "-abc",
      "abc-",
      "a_b_c",
      "s3://abc",
      "arn:aws:s3:::abc",
    ],
    allowed:
      "empty, or the name of an existing bucket (3 to 63 of a-z, 0-9, - and single dots, a letter or digit at each end and beside " +
      "a dot, no IP address, and none of the beginnings and ends that S3 keeps for itself)",
  },
  bucketKmsKeyArn: {
    default: "",
    accepted: { "": "", [kmsKey]: kmsKey },
    refused: ["1234abcd", "arn:aws:kms:us-east-1:123456789012:alias/mine", "arn:aws:kms:us-east-1:12:key/a"],
    allowed: "empty, or a KMS key's ARN",
  },
  keyPrefix: {
    default: "",
    accepted: {
      "": "",
      "public/": "public/",
      "a/b c/": "a/b c/",
      "日本/": "日本/",
      "a.b/.c/": "a.b/.c/",
      [`${"é".repeat(511)}/`]: `${"é".repeat(511)}/`,
    },
    refused: [
      `${"é".repeat(512)}/`,
      'a"b/',
      "a\nb/",
      "\u0000/",
      "\ud800/",
      "public",
      "/",
      "/public/",
      "public/*/",
      "who?/",
      "${aws:username}/",
      "../",
      "a/./b/",
      "a/../",
    ],
    allowed:
      "empty, or a prefix of at most 1023 bytes in UTF-8 that ends in /, does not start with it and holds neither . and .. as a " +
      'segment nor * ? $ " or control characters',
  },
  runtimes: {
    default: ["nodejs"],
    accepted: {
      '["nodejs"]': ["nodejs"],
      '["python-stdlib","nodejs","python-fastapi"]': ["python-stdlib", "nodejs", "python-fastapi"],
    },
    refused: ["", "nodejs", "[]", '["python"]', '["nodejs","nodejs"]', '["nodejs",1]'],
    allowed: "an array of at least one of nodejs, python-fastapi, python-stdlib, each once",
  },
  auth: {
    default: "apiKey",
    accepted: { apiKey: "apiKey", iam: "iam", none: "none" },
    refused: ["", "key", "IAM"],
    allowed: "apiKey, iam, none",
  },
  apiKeyGenerations: {
    default: [1],
    accepted: { "[1]": [1], "[1,2]": [1, 2], "[ 3, 12 ]": [3, 12] },
    refused: ["", "1", "[]", "[0]", "[2,1]", "[1,1]", '["1"]', "[1.5]", "[1e2]"],
    allowed: "an array of whole numbers from 1, at least one, ascending",
  },
  ...accessKeyRules,
  securityPolicy: {
    default: "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
    accepted: { SecurityPolicy_TLS13_1_3_2025_09: "SecurityPolicy_TLS13_1_3_2025_09" },
    // The last is for edge-optimized endpoints, those before it cannot be gone back to.
    refused: ["", "TLS_1_0", "TLS_1_2", "SecurityPolicy_TLS13_2025_EDGE"],
    allowed: securityPolicies.join(", "),
  },
  endpointAccessMode: {
    default: "STRICT",
    accepted: { STRICT: "STRICT", BASIC: "BASIC" },
    refused: ["", "strict"],
    allowed: "STRICT, BASIC",
  },
  tags: {
    default: {},
    accepted: {
      "[]": {},
      '["team=web","cost=a=b","empty="]': { team: "web", cost: "a=b", empty: "" },
      [`["${"k".repeat(128)}=${"v".repeat(256)}"]`]: { ["k".repeat(128)]: "v".repeat(256) },
    },
    refused: [
      "",
      "team=web",
      '{"team":"web"}',
      '["team"]',
      '["=web"]',
      "[1]",
      '["aws:team=web"]',
      '["AWS:team=web"]',
      '["team=web","team=ops"]',
      '["team=aws:web"]',
      '["team=R&D, core*"]',
      '["team=🙂"]',
      '["team=a\\tb"]',
      JSON.stringify(Array.from({ length: 49 }, (_, index) => `key${index}=v`)),
      `["${"k".repeat(129)}=v"]`,
      `["k=${"v".repeat(257)}"]`,
    ],
    allowed:
      'an array of "key=value" strings, each key once: at most 48 tags, keys of 1 to 128 and values of up to 256 characters, of ' +
      'letters, digits, spaces and _ . : / = + - @, not "aws:..."',
  },
  throttleRatePerSecond: {
    default: 100,
    accepted: { ...countOf(1), ...countOf(10_000) },
    refused: ["0", "-1", "10001", ...notWhole],
    allowed: "a whole number from 1 to 10000",
  },
  throttleBurst: {
    default: 200,
    accepted: { ...countOf(1), ...countOf(5_000) },
    refused: ["0", "5001", ...notWhole],
    allowed: "a whole number from 1 to 5000",
  },
  quotaPerDay: {
    default: 100_000,
    accepted: { ...countOf(1), ...countOf(1_000_000_000) },
    refused: ["0", "1000000001", ...notWhole],
    allowed: "a whole number from 1 to 1000000000",
  },
  stage: {
    default: "",
    accepted: {
      v1: "v1",
      "Blue-green_2": "Blue-green_2",
      downloads: "downloads",
      chats: "chats",
      ["s".repeat(128)]: "s".repeat(128),
    },
    refused: ["download", "chat", "v1.0", "a/b", "a b", "s".repeat(129)],
    allowed:
      "empty, or 1 to 128 of A-Z, a-z, 0-9, - and _ but not download, download-fastapi, download-stdlib, chat, stream, health, ready, assets; empty stands for the stack's name, held to the same",
  },
  downloadTimeoutSeconds: {
    default: 900,
    accepted: { ...countOf(1), ...countOf(900) },
    refused: ["0", "901", ...notWhole],
    allowed: "a whole number from 1 to 900",
  },
  downloadMemoryMiB: {
    default: 512,
    accepted: { ...countOf(128), ...countOf(10_240) },
    refused: ["127", "10241", ...notWhole],
    allowed: "a whole number from 128 to 10240",
  },
  downloadMaxConcurrency: {
    default: 50,
    accepted: { ...countOf(0), ...countOf(10_000) },
    refused: ["-1", "10001", ...notWhole],
    allowed: "a whole number from 0 to 10000",
  },
  architecture: {
    default: "arm64",
    accepted: { arm64: "arm64", x86_64: "x86_64" },
    refused: ["", "x8664", "ARM64"],
    allowed: "arm64, x86_64",
  },
  lambdaChat: {
    default: false,
    accepted: { true: true, false: false },
    refused: ["", "yes", "True", "1"],
    allowed: "true or false",
  },
  model: {
    default: "global.anthropic.claude-haiku-4-5-20251001-v1:0",
    accepted: Object.fromEntries(
      ["amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0", profileArn].map((model) => [model, model]),
    ),
    refused: ["", "claude", "uk.amazon.nova-lite-v1:0", "amazon.*", "arn:aws:bedrock:us-east-1::x/y"],
    allowed: allowedModels,
  },
  systemPrompt: {
    default: "",
    accepted: { "": "", "Answer in\nrhymes.": "Answer in\nrhymes.", ["日".repeat(1000)]: "日".repeat(1000) },
    refused: [" "],
    allowed: "empty, or a text of at most 3000 bytes in UTF-8 that is not blank",
  },
  maxTokens: {
    default: 1024,
    accepted: { ...countOf(1), ...countOf(64_000) },
    refused: ["0", "64001", ...notWhole],
    allowed: "a whole number from 1 to 64000",
  },
  guardrailId: {
    default: "",
    accepted: { gr12ab34cd56: "gr12ab34cd56", [guardrailArn]: guardrailArn },
    refused: ["Guardrail", "gr-1", "arn:aws:bedrock:us-east-1:123456789012:guardrail/*"],
    allowed: "empty, or a guardrail's id or ARN",
  },
  guardrailVersion: {
    default: "",
    accepted: { "1": "1", "12345678": "12345678", DRAFT: "DRAFT" },
    refused: ["0", "01", "draft", "v1", "123456789"],
    allowed: "empty, or DRAFT or a version's number",
  },
  ...privateChatRules,
  logRetentionDays: {
    default: 30,
    accepted: { ...countOf(1), ...countOf(30), ...countOf(3653) },
    refused: ["", "0", "2", "31", "3654", "030"],
    allowed: "1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653",
  },
  logKeys: {
    default: false,
    accepted: { true: true, false: false },
    refused: ["", "yes", "True", "1"],
    allowed: "true or false",
  },
  onDestroy: {
    default: "keepData",
    accepted: { keepData: "keepData", deleteEverything: "deleteEverything" },
    refused: ["", "keep", "keepdata"],
    allowed: "keepData, deleteEverything",
  },
};

/** Keys that stand only beside others. */
export const companions: { readonly [key in keyof StreamgateConfig]?: Readonly<Record<string, string>> } = {
  allowedPrincipals: { "streamgate:auth": "iam" },
  bucketKmsKeyArn: { "streamgate:bucket": "mine" },
  downloads: { "streamgate:chat": "true" },
  certificateArn: { "streamgate:certificateDomain": "chat.example.com" },
  certificateDomain: { "streamgate:certificateArn": certificate },
  vpcId: { "streamgate:subnetIds": JSON.stringify(subnets), "streamgate:createEndpoints": "false" },
  subnetIds: { "streamgate:vpcId": "vpc-0a1b2c3d", "streamgate:createEndpoints": "false" },
  routeTableIds: { "streamgate:vpcId": "vpc-0a1b2c3d", "streamgate:subnetIds": JSON.stringify(subnets) },
  createEndpoints: {
    "streamgate:vpcId": "vpc-0a1b2c3d",
    "streamgate:subnetIds": JSON.stringify(subnets),
    "streamgate:routeTableIds": '["rtb-0a1b2c3d"]',
  },
  chatMaxTasks: { "streamgate:chatMinTasks": "1" },
  guardrailId: { "streamgate:guardrailVersion": "1" },
  guardrailVersion: { "streamgate:guardrailId": "gr12ab34cd56" },
};
