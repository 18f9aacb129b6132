import test from "ava";
import { readConfiguration } from "../../app/configuration.ts";

const needed = {
  PORT: "8080",
  AWS_REGION: "eu-central-1",
  MODEL_ID: "m",
  MAX_TOKENS: "100",
  STREAMS_PER_TASK: "50",
  SERVICE_NAME: "streamgate-dev-chat",
};

test("what is needed is read, and the rest has its defaults", (t) => {
  t.deepEqual(readConfiguration(needed), {
    port: 8080,
    host: "0.0.0.0",
    region: "eu-central-1",
    model: { modelId: "m", systemPrompt: "", maxTokens: 100 },
    store: undefined,
    streamsPerTask: 50,
    servePage: false,
    serviceName: "streamgate-dev-chat",
    stage: "",
    corsOrigins: [],
  });
});

test("everything that can be set is read", (t) => {
  const everything = {
    ...needed,
    HOST: "192.0.2.1",
    BUCKET: "b",
    KEY_PREFIX: "p/",
    LOG_KEYS: "true",
    SYSTEM_PROMPT: "Be brief.",
    GUARDRAIL_ID: "g",
    GUARDRAIL_VERSION: "1",
    SERVE_PAGE: "true",
    CORS_ORIGINS: "https://a.example,https://b.example",
    STAGE: "dev",
  };
  t.deepEqual(readConfiguration(everything), {
    port: 8080,
    host: "192.0.2.1",
    region: "eu-central-1",
    model: {
      modelId: "m",
      systemPrompt: "Be brief.",
      maxTokens: 100,
      guardrail: { identifier: "g", version: "1" },
    },
    store: { bucket: "b", keyPrefix: "p/", logKeys: true },
    streamsPerTask: 50,
    servePage: true,
    serviceName: "streamgate-dev-chat",
    stage: "dev",
    corsOrigins: ["https://a.example", "https://b.example"],
  });
});

for (const [variables, message] of [
  [{ PORT: "" }, 'The environment variable PORT is "": set it to a whole number from 0 to 65535.'],
  [{ PORT: "65536" }, /PORT is "65536"/],
  [{ PORT: "8080 " }, /PORT is "8080 "/],
  [{ AWS_REGION: "" }, /AWS_REGION is not set/],
  [{ MODEL_ID: "" }, /MODEL_ID is not set/],
  [{ MAX_TOKENS: "many" }, /MAX_TOKENS is "many"/],
  [{ STREAMS_PER_TASK: "0" }, /STREAMS_PER_TASK is "0": set it to a whole number above 0/],
  [{ SERVICE_NAME: "" }, /SERVICE_NAME is not set/],
  [{ SERVE_PAGE: "yes" }, /SERVE_PAGE is "yes": set it to "true" or not at all/],
  [{ BUCKET: "b", KEY_PREFIX: "p" }, /KEY_PREFIX is "p"/],
] as const) {
  test(`a wrong variable is named: ${JSON.stringify(variables)}`, (t) => {
    t.throws(() => readConfiguration({ ...needed, ...variables }), { message });
  });
}
