import test from "ava";
import {
  ConfigError,
  type StreamgateConfig,
  parseConfig,
} from "../../../components/config/streamgate-config.ts";

const kmsKey = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd";

function parse(entries: Readonly<Record<string, string>>, stack = "dev"): StreamgateConfig {
  return parseConfig(entries, "streamgate", stack);
}

test("an empty stage is called like the stack", (t) => {
  t.is(parse({}, "eu-prod").stage, "eu-prod");
  t.is(parse({ "streamgate:stage": "" }, "eu-prod").stage, "eu-prod");
  t.is(parse({ "streamgate:stage": "v1" }, "eu-prod").stage, "v1");
});

test("a stack's name that no stage can have is refused when the stage is left empty", (t) => {
  t.throws(() => parse({}, "eu.prod"), {
    instanceOf: ConfigError,
    message:
      /^streamgate:stage is "eu.prod"; allowed: .*empty stands for the stack's name, held to the same$/,
  });
  t.is(parse({ "streamgate:stage": "v1" }, "eu.prod").stage, "v1");
});

for (const stack of ["download", "chat", "stream", "health", "assets"]) {
  test(`a stack called "${stack}" like a route's first part is refused when the stage is left empty`, (t) => {
    t.throws(() => parse({}, stack), {
      instanceOf: ConfigError,
      message: new RegExp(`^streamgate:stage is "${stack}";`),
    });
  });
}

test("a system prompt that no function's variables can hold is refused, and not shown", (t) => {
  t.throws(() => parse({ "streamgate:systemPrompt": "日".repeat(1001) }), {
    instanceOf: ConfigError,
    message: `streamgate:systemPrompt is 1001 characters long; allowed: empty, or a text of at most 3000 bytes in UTF-8 that is not blank`,
  });
});

const subnets = '["subnet-0a1b2c3d","subnet-0a1b2c3e"]';

/** Settings that are each allowed and do not go together, and what is said of them. */
/** 40 origins of 46 characters. */
const manyOrigins = JSON.stringify(
  Array.from(
    { length: 40 },
    (_, index) => `https://${String(index).padStart(2, "0")}.${"a".repeat(24)}.example.com`,
  ),
);

const conflicts: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
  [{ downloads: "false" }, "@downloads and @chat are both false, so there is nothing to make"],
  [
    { downloads: "false", chat: "true", lambdaChat: "true" },
    "@lambdaChat needs @downloads: it is a route of the same API",
  ],
  [{ bucketKmsKeyArn: kmsKey }, "@bucketKmsKeyArn needs @bucket: the program's own bucket uses S3's key"],
  [{ guardrailId: "gr12ab34cd56" }, "@guardrailId and @guardrailVersion go together: set both or neither"],
  [{ guardrailVersion: "DRAFT" }, "@guardrailId and @guardrailVersion go together: set both or neither"],
  [
    { certificateDomain: "chat.example.com" },
    "@certificateArn and @certificateDomain go together: set both or neither",
  ],
  [
    { auth: "iam", quotaPerDay: "5" },
    "@quotaPerDay needs @auth to be apiKey: a quota counts the requests of a key",
  ],
  [
    { auth: "none", quotaPerDay: "5" },
    "@quotaPerDay needs @auth to be apiKey: a quota counts the requests of a key",
  ],
  [{ auth: "iam", apiKeyGenerations: "[1,2]" }, "@apiKeyGenerations needs @auth to be apiKey"],
  [
    { allowedPrincipals: '["111122223333"]' },
    "@allowedPrincipals needs @auth to be iam: who does not sign is no principal",
  ],
  [
    {
      auth: "iam",
      allowedPrincipals: JSON.stringify(
        Array.from({ length: 150 }, (_, index) => `${111_122_223_333 + index}`),
      ),
    },
    "@allowedCidrs and @allowedPrincipals make 6150 bytes; allowed: 6144 bytes in all, as a resource policy stores them",
  ],
  [{ subnetIds: subnets }, "@vpcId and @subnetIds go together: set both or neither"],
  [
    { vpcId: "vpc-0a1b2c3d", createEndpoints: "false" },
    "@vpcId and @subnetIds go together: set both or neither",
  ],
  [
    { vpcId: "vpc-0a1b2c3d", subnetIds: '["subnet-0a1b2c3d"]', createEndpoints: "false" },
    "@subnetIds needs two subnets or more, in different zones",
  ],
  [{ routeTableIds: '["rtb-0a1b2c3d"]' }, "@routeTableIds needs @vpcId"],
  [
    { vpcId: "vpc-0a1b2c3d", subnetIds: subnets },
    "@createEndpoints with @vpcId needs @routeTableIds, those of the subnets: S3's endpoint is a route",
  ],
  [
    { createEndpoints: "false" },
    "@createEndpoints can be false with @vpcId alone: in a network of the program's own nothing else leads to AWS",
  ],
  [
    {
      vpcId: "vpc-0a1b2c3d",
      subnetIds: subnets,
      createEndpoints: "false",
      availabilityZones: '["us-east-1a","us-east-1b"]',
    },
    "@availabilityZones and @vpcId exclude each other: the zones are those of the subnets",
  ],
  [{ availabilityZones: '["us-east-1a"]' }, "@availabilityZones needs two zones or more"],
  [
    { vpcCidr: "10.1.0.0/16", vpcId: "vpc-0a1b2c3d", subnetIds: subnets, createEndpoints: "false" },
    "@vpcCidr and @vpcId exclude each other: the network that is there has its own",
  ],
  [
    { vpcCidr: "10.0.0.0/22", chatMaxTasks: "33" },
    "@chatMaxTasks is 33; with @vpcCidr 10.0.0.0/22 there are addresses for 32",
  ],
  [{ chatMinTasks: "11" }, "@chatMinTasks is 11, more than @chatMaxTasks"],
  [
    { chatCpu: "256", chatMemoryMiB: "1536" },
    "@chatMemoryMiB is 1536; with @chatCpu 256 Fargate offers 512, 1024, 2048",
  ],
  [
    { lambdaChat: "true", systemPrompt: "p".repeat(3000), corsOrigins: manyOrigins },
    "@systemPrompt and @corsOrigins make 5038 bytes of environment; allowed: 4096 bytes for all variables of a function, as JSON",
  ],
  [
    { chatCpu: "1024" },
    "@chatMemoryMiB is 1024; with @chatCpu 1024 Fargate offers 2048, 3072, 4096, 5120, 6144, 7168, 8192",
  ],
];

for (const [settings, message] of conflicts) {
  test(`${JSON.stringify(settings).slice(0, 100)} is refused`, (t) => {
    const entries = Object.entries(settings).map(([key, value]) => [`streamgate:${key}`, value] as const);
    t.throws(() => parse(Object.fromEntries(entries)), {
      instanceOf: ConfigError,
      message: message.replaceAll("@", "streamgate:"),
    });
  });
}

test("with a refused value nothing is said of how it goes together with others", (t) => {
  t.throws(() => parse({ "streamgate:guardrailId": "Not One", "streamgate:subnetIds": "[1]" }), {
    instanceOf: ConfigError,
    message:
      /^streamgate:guardrailId is "Not One"; allowed: .*\nstreamgate:subnetIds is "\[1\]"; allowed: .*$/,
  });
});

for (const [key, nearest] of Object.entries({
  buckets: "bucket",
  Bucket: "bucket",
  keyprefix: "keyPrefix",
  logRetentionsDay: "logRetentionDays",
  downloadTimeout: "downloadTimeoutSeconds",
})) {
  test(`the undeclared key ${key} is refused, and ${nearest} is named as the nearest`, (t) => {
    t.throws(() => parse({ [`streamgate:${key}`]: "x" }), {
      instanceOf: ConfigError,
      message: `streamgate:${key} is not a key of this program; the nearest is streamgate:${nearest}`,
    });
  });
}

for (const key of ["__proto__", "toString", ""]) {
  test(`the key "${key}" is no key either, whatever objects inherit`, (t) => {
    t.throws(() => parse(Object.fromEntries([[`streamgate:${key}`, "x"]])), {
      instanceOf: ConfigError,
      message: /^streamgate:.* is not a key of this program/,
    });
  });
}

test("every problem is reported at once, one a line", (t) => {
  const error = t.throws(
    () =>
      parse({
        "streamgate:bukket": "x",
        "streamgate:architecture": "mips",
        "streamgate:bucketKmsKeyArn": kmsKey,
      }),
    { instanceOf: ConfigError },
  );
  t.deepEqual(error.message.split("\n"), [
    "streamgate:bukket is not a key of this program; the nearest is streamgate:bucket",
    'streamgate:architecture is "mips"; allowed: arm64, x86_64',
    "streamgate:bucketKmsKeyArn needs streamgate:bucket: the program's own bucket uses S3's key",
  ]);
});

test("keys of other projects and providers are passed over", (t) => {
  t.deepEqual(
    parse({ "aws:region": "us-east-1", "other:bucket": "NOT A BUCKET", "streamgate2:x": "y" }),
    parse({}),
  );
});

test("messages name the project the program runs in", (t) => {
  t.throws(() => parseConfig({ "files:logKeys": "yes" }, "files", "dev"), {
    message: 'files:logKeys is "yes"; allowed: true or false',
  });
});
