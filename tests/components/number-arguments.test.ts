import test from "ava";
import * as pulumi from "@pulumi/pulumi";
import { ApiKeyAccess, ChatFunction, StreamingLambdaApi } from "../../components/index.ts";
import { checkPrivateChat } from "../../components/chat/private-chat-args.ts";
import { configValues } from "../../components/config/config-keys.ts";
import { LambdaFunction, type LambdaFunctionArgs } from "../../components/function/lambda-function.ts";
import { InputError } from "../../components/input-error.ts";

type Changes = Readonly<Record<string, number>>;

const throttle = { ratePerSecond: 100, burst: 200 };
const model = { model: "amazon.nova-lite-v1:0", systemPrompt: "", guardrailId: "", guardrailVersion: "" };

const makeFunction = (changes: Changes) => {
  const code = { runtime: "nodejs24.x", handler: "a.b", code: new pulumi.asset.AssetArchive({}) } as const;
  const args: LambdaFunctionArgs = {
    description: "",
    environment: {},
    statements: [],
    timeoutSeconds: 1,
    memoryMiB: 128,
    maxConcurrency: 0,
    architecture: "arm64",
    logRetentionDays: 1,
    tags: {},
  };
  return new LambdaFunction("test", "name", code, { ...args, ...changes });
};

const makeApi = ({ ratePerSecond, burst, ...changes }: Changes) =>
  new StreamingLambdaApi("name", {
    stage: "v1",
    routes: {},
    throttle: {
      ratePerSecond: ratePerSecond ?? throttle.ratePerSecond,
      burst: burst ?? throttle.burst,
    },
    logRetentionDays: 1,
    ...changes,
  });

const makeAccess = ({ ratePerSecond, burst, quotaPerDay = 1 }: Changes) =>
  new ApiKeyAccess("name", {
    stages: [],
    throttle: {
      ratePerSecond: ratePerSecond ?? throttle.ratePerSecond,
      burst: burst ?? throttle.burst,
    },
    quotaPerDay,
    tags: {},
  });

const makeChatFunction = ({ maxTokens = 1 }: Changes) =>
  new ChatFunction("name", { ...model, maxTokens, architecture: "arm64", logRetentionDays: 1, tags: {} });

const checkChat = (changes: Changes) => {
  const sizes = { cpu: 512, memoryMiB: 1024, minTasks: 2, maxTasks: 10, streamsPerTask: 200, maxTokens: 1 };
  checkPrivateChat("name", {
    ...model,
    network: { availabilityZones: ["eu-west-1a", "eu-west-1b"] },
    ...sizes,
    ...changes,
  });
};

/** Each argument with the key that the program's configuration has for it, and what is not allowed besides half a number. */
for (const [make, argument, key, refused] of [
  [makeFunction, "timeoutSeconds", "downloadTimeoutSeconds", [0, 901]],
  [makeFunction, "memoryMiB", "downloadMemoryMiB", [127, 10_241]],
  [makeFunction, "maxConcurrency", "downloadMaxConcurrency", [-1, 10_001]],
  [makeFunction, "logRetentionDays", "logRetentionDays", [0, 2, 9999]],
  [makeApi, "ratePerSecond", "throttleRatePerSecond", [0, 10_001]],
  [makeApi, "burst", "throttleBurst", [0, 5001]],
  [makeApi, "logRetentionDays", "logRetentionDays", [0, 2, 9999]],
  [makeAccess, "ratePerSecond", "throttleRatePerSecond", [0, 10_001]],
  [makeAccess, "burst", "throttleBurst", [0, 5001]],
  [makeAccess, "quotaPerDay", "quotaPerDay", [0, 1_000_000_001]],
  [makeChatFunction, "maxTokens", "maxTokens", [0, 64_001]],
  [checkChat, "maxTokens", "maxTokens", [0, 64_001]],
  [checkChat, "minTasks", "chatMinTasks", [0, 101]],
  [checkChat, "maxTasks", "chatMaxTasks", [0, 1001]],
  [checkChat, "streamsPerTask", "chatStreamsPerTask", [0, 2001]],
] as const) {
  for (const value of [...refused, 1.5, NaN]) {
    test(`${make.name} refuses ${argument} ${value} before anything is registered, as ${key} does`, (t) => {
      const shown = ["ratePerSecond", "burst"].includes(argument) ? `throttle.${argument}` : argument;
      // Outside a Pulumi program a resource cannot be made: whatever is refused later fails otherwise.
      t.throws(() => make({ [argument]: value }), {
        instanceOf: InputError,
        message: `${shown} is "${value}"; allowed: ${configValues[key].allowed}`,
      });
    });
  }
}
