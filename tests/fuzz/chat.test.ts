import test from "ava";
import fc from "fast-check";
import { startTestCloud } from "../helpers/local-cloud.ts";
import { fuzzCases } from "./cases.ts";
import { chatBody, chatHeaders, INJECTED_HEADER } from "./http-arbitraries.ts";
import { send } from "./raw-request.ts";

test("chat: whatever body and headers are sent, nothing fails, and an answer is whole or refused", async (t) => {
  const cloud = await startTestCloud(t, {
    config: ["throttleRatePerSecond=10000", "throttleBurst=5000", "quotaPerDay=100000000"],
    model: { firstTokenMilliseconds: 0, tokensPerSecond: Infinity },
  });
  const { origin, pathname } = new URL(cloud.outputs.downloadApi.url);
  const target = `${pathname}/chat`;
  await fc.assert(
    fc.asyncProperty(chatBody, chatHeaders, async (body, headers) => {
      const key = ["x-api-key", cloud.outputs.apiKey] as const;
      const answer = await send(origin, { method: "POST", target, headers: [key, ...headers], body });
      const text = answer.body.toString();
      if (answer.status >= 500) throw new Error(`status ${answer.status}: ${text}`);
      if (answer.headers.has(INJECTED_HEADER)) throw new Error("a header was injected");
      if (answer.status === 200 && !/"done":/.test(text)) throw new Error(`no end: ${text}`);
      if (answer.status !== 200) JSON.parse(text);
    }),
    { numRuns: fuzzCases(0.2), includeErrorInReport: true },
  );
  t.pass();
});
