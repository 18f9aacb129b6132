import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { type ChatSource, chatWithBedrock, chatWithGateway, timeTokens } from "../../bench/chat.ts";
import { WrongAnswerError } from "../../bench/download.ts";
import { OPENING, stampedModel } from "../../bench/stamped-model.ts";
import { measureTokenLatency } from "../../bench/token-latency.ts";
import { NDJSON_MEDIA_TYPE } from "../../contract/ndjson.ts";
import { NOVA, REGION, type RunningBedrock, runBedrock } from "../helpers/running-bedrock.ts";

const model = { streams: 2, tokens: 5, tokensPerSecond: 100 };

test("both sides are measured token by token, every answer whole", async (t) => {
  const { baseline, subject } = await measureTokenLatency({ ...model, rounds: 2, warmups: 0 });
  for (const { samples } of [baseline, subject]) {
    t.is(samples.length, 2 * model.streams * model.tokens);
    for (const milliseconds of samples) t.true(milliseconds > 0 && milliseconds < 100_000);
  }
});

function direct(t: ExecutionContext, { endpoint, developer }: RunningBedrock, maxStreams = 1): ChatSource {
  const source = chatWithBedrock({
    region: REGION,
    endpoint,
    credentials: developer,
    modelId: NOVA,
    maxStreams,
  });
  t.teardown(() => source.close());
  return source;
}

test("no answer goes on before all are open, and then all do", async (t) => {
  const streams = 3;
  const respond = stampedModel({ streams, tokens: 1, tokensPerSecond: 1000 });
  const source = direct(t, await runBedrock(t, { respond }), streams);
  const answers = Array.from({ length: streams }, () => source.ask()[Symbol.asyncIterator]());
  let lastAskedAt = 0n;
  for (const answer of answers) {
    lastAskedAt = process.hrtime.bigint();
    t.is((await answer.next()).value, OPENING);
  }
  for (const answer of answers) {
    const sentAt = BigInt(String((await answer.next()).value));
    t.true(sentAt > lastAskedAt);
    t.true((await answer.next()).done);
  }
});

test("no answer ends before all have sent their last token", async (t) => {
  const streams = 3;
  const respond = stampedModel({ streams, tokens: 1, tokensPerSecond: 10 });
  const source = direct(t, await runBedrock(t, { respond }), streams);
  const answers = await Promise.all(
    Array.from({ length: streams }, async () => {
      let last = "";
      for await (const token of source.ask()) last = token;
      return { sentAt: BigInt(last), endedAt: process.hrtime.bigint() };
    }),
  );
  for (const { endedAt } of answers) for (const { sentAt } of answers) t.true(endedAt > sentAt);
});

test("an answer of another number of tokens is not timed", async (t) => {
  const source = direct(t, await runBedrock(t, { respond: stampedModel({ ...model, streams: 1 }) }));
  await t.throwsAsync(
    timeTokens(source.ask(), model.tokens + 1, () => {}),
    { instanceOf: WrongAnswerError },
  );
});

test("an answer that Bedrock ends before its end is not timed", async (t) => {
  const bedrock = await runBedrock(t, { model: { reply: () => OPENING.trim() } });
  bedrock.faults.endAfter(2);
  const source = direct(t, bedrock);
  await t.throwsAsync(
    async () => {
      for await (const token of source.ask()) t.is(token, OPENING.trim());
    },
    { instanceOf: WrongAnswerError, message: /ended with undefined/ },
  );
});

async function* answerOf(...tokens: string[]): AsyncGenerator<string> {
  await Promise.resolve();
  yield* tokens;
}

for (const [what, tokens] of [
  ["text that is no stamp", [OPENING, "Hello"]],
  ["two stamps that were joined", [OPENING, "1 2 "]],
  ["a stamp that was split", [OPENING, "1", "2 "]],
  ["an answer without its opening", ["1 ", "2 "]],
  ["an empty answer", []],
] as const) {
  test(`${what} is not timed`, async (t) => {
    await t.throwsAsync(
      timeTokens(answerOf(...tokens), 1, () => {}),
      { instanceOf: WrongAnswerError },
    );
  });
}

async function gatewayAnswering(t: ExecutionContext, status: number, body: string): Promise<ChatSource> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": NDJSON_MEDIA_TYPE }).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
  const source = chatWithGateway(url, "key");
  t.teardown(() => {
    source.close();
    server.close();
  });
  return source;
}

const opening = `${JSON.stringify({ data: OPENING })}\n`;

for (const [what, status, body] of [
  ["an error page", 502, '{"message":"Internal server error"}'],
  ["an answer that ends in an error", 200, `${opening}{"error":{"code":"upstream_error","message":"no"}}\n`],
  ["an answer that was cut", 200, opening],
] as const) {
  test(`${what} is not timed`, async (t) => {
    const source = await gatewayAnswering(t, status, body);
    await t.throwsAsync(
      timeTokens(source.ask(), 0, () => {}),
      { instanceOf: WrongAnswerError },
    );
  });
}
