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

for (const stack of ["download", "chat"]) {
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

for (const [key, value] of [
  ["guardrailId", "gr12ab34cd56"],
  ["guardrailVersion", "DRAFT"],
] as const) {
  test(`${key} alone is refused`, (t) => {
    t.throws(() => parse({ [`streamgate:${key}`]: value }), {
      instanceOf: ConfigError,
      message: "streamgate:guardrailId and streamgate:guardrailVersion go together: set both or neither",
    });
  });
}

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

test("a KMS key without a bucket is refused", (t) => {
  t.throws(() => parse({ "streamgate:bucketKmsKeyArn": kmsKey }), {
    instanceOf: ConfigError,
    message: "streamgate:bucketKmsKeyArn needs streamgate:bucket: the program's own bucket uses S3's key",
  });
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
