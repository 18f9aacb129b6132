import test from "ava";
import fc from "fast-check";
import { startTestCloud, type TestCloud, type TestCloudOptions } from "../helpers/local-cloud.ts";
import { FUZZ_MILLISECONDS, fuzzCases } from "./cases.ts";
import { chatBody, chatHeaders, INJECTED_HEADER } from "./http-arbitraries.ts";
import { send } from "../helpers/raw-request.ts";

interface ChatRoute {
  readonly route: string;
  readonly share: number;
  readonly cloud: TestCloudOptions;
  readonly url: (outputs: TestCloud["outputs"]) => string;
}

const routes: readonly ChatRoute[] = [
  {
    route: "the function behind POST /chat",
    share: 0.1,
    cloud: {},
    url: ({ downloadApi }) => `${downloadApi.url}/chat`,
  },
  {
    route: "the container behind POST /stream",
    share: 0.1,
    cloud: { chat: true },
    url: ({ chatApi }) => `${chatApi?.url}/stream`,
  },
];

for (const { route, share, cloud: options, url } of routes) {
  test(`${route}: whatever body and headers are sent, nothing fails, and an answer is whole or refused`, async (t) => {
    t.timeout(FUZZ_MILLISECONDS);
    const cloud = await startTestCloud(t, {
      ...options,
      config: ["throttleRatePerSecond=10000", "throttleBurst=5000", "quotaPerDay=100000000"],
      model: { firstTokenMilliseconds: 0, tokensPerSecond: Infinity },
    });
    const { origin, pathname: target } = new URL(url(cloud.outputs));
    await fc.assert(
      fc.asyncProperty(chatBody, chatHeaders, async (body, headers) => {
        const key = ["x-api-key", cloud.outputs.apiKey] as const;
        const answer = await send(origin, { method: "POST", target, headers: [key, ...headers], body });
        const text = answer.body.toString();
        if (answer.status >= 500) throw new Error(`status ${answer.status}: ${text}`);
        if (answer.headers.has(INJECTED_HEADER)) throw new Error("a header was injected");
        if (answer.status === 200 && !/"done":|^event: done$/m.test(text)) throw new Error(`no end: ${text}`);
        if (answer.status !== 200) JSON.parse(text);
      }),
      { numRuns: fuzzCases(share), includeErrorInReport: true },
    );
    t.pass();
  });
}
