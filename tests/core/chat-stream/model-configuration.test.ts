import test from "ava";
import { readModelConfiguration } from "../../../core/chat-stream/index.ts";

const needed = { MODEL_ID: "m", MAX_TOKENS: "100" };

test("a model and a number of tokens are all the function needs", (t) => {
  t.deepEqual(readModelConfiguration(needed), { modelId: "m", systemPrompt: "", maxTokens: 100 });
  t.deepEqual(
    readModelConfiguration({
      ...needed,
      SYSTEM_PROMPT: "Be brief.",
      GUARDRAIL_ID: "g",
      GUARDRAIL_VERSION: "1",
    }),
    {
      modelId: "m",
      systemPrompt: "Be brief.",
      maxTokens: 100,
      guardrail: { identifier: "g", version: "1" },
    },
  );
});

for (const [variables, message] of [
  [{ MODEL_ID: "" }, /MODEL_ID is not set/],
  [{ MAX_TOKENS: "" }, /MAX_TOKENS is "": set it to a whole number above 0/],
  [{ MAX_TOKENS: "0" }, /MAX_TOKENS is "0"/],
  [{ MAX_TOKENS: "1e3" }, /MAX_TOKENS is "1e3"/],
  [{ GUARDRAIL_ID: "g" }, /Only one of .*GUARDRAIL_ID and GUARDRAIL_VERSION/],
  [{ GUARDRAIL_VERSION: "1", GUARDRAIL_ID: "" }, /set both or neither/],
] as const) {
  test(`a wrong variable is named: ${JSON.stringify(variables)}`, (t) => {
    t.throws(() => readModelConfiguration({ ...needed, ...variables }), { message });
  });
}
