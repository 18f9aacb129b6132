import http2 from "node:http2";
import test from "ava";
import {
  ask,
  connect,
  failure,
  NOVA,
  readAnswer,
  runBedrock,
  transports,
} from "../../helpers/running-bedrock.ts";
import { until } from "../../helpers/until.ts";

for (const transport of transports) {
  test(`a hundred streams at a time do not mix, over ${transport}`, async (t) => {
    const bedrock = await runBedrock(t, {
      model: { reply: ({ turns }) => `${turns[0]?.text} `.repeat(50), tokensPerSecond: 1000 },
    });
    const client = bedrock.connect(transport);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => (await readAnswer(client, ask(`n${index}`))).text),
    );
    t.deepEqual(
      answers,
      answers.map((_, index) => `n${index} `.repeat(50)),
    );
    t.is(bedrock.requests.filter(({ aborted }) => !aborted).length, 100);
  });

  test(`generation stops at once when the reader leaves, over ${transport}`, async (t) => {
    const { connect, requests } = await runBedrock(t, {
      model: { reply: () => " a".repeat(1000), tokensPerSecond: 20 },
    });
    const abort = new AbortController();
    await readAnswer(connect(transport), ask("Hello"), {
      abortSignal: abort.signal,
      onEvent: () => abort.abort(),
    });
    await until(() => requests[0]?.aborted);
    t.true((requests[0]?.framesSent ?? Infinity) < 100, "of a thousand, in fifty seconds");
  });
}

// HTTP/1.1 takes the same way, but loopback alone would take in more than a short test can send.
test("a reader that takes nothing holds the model up", async (t) => {
  const { connect, requests } = await runBedrock(t, { model: { reply: () => " token".repeat(10_000) } });
  const { stream = [] } = await connect("HTTP/2").send(ask("Hello"));
  const iterator = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]();
  await iterator.next();
  // Until the count stands still: how much the client's own buffers take is not known.
  let framesSent = 0;
  await until(() => {
    const before = framesSent;
    framesSent = requests[0]?.framesSent ?? 0;
    return framesSent === before;
  });
  t.true(framesSent < 5000, `${framesSent}`);
  t.false(requests[0]?.aborted);

  let framesRead = 1;
  while ((await iterator.next()).done !== true) framesRead += 1;
  t.is(framesRead, 10_004);
});

test("a signature for another service or Region is refused", async (t) => {
  const { endpoint, developer, takeErrors } = await runBedrock(t);
  const client = connect(t, { endpoint, credentials: developer, region: "us-east-1" });
  const error = await failure(client.send(ask("Hello")));
  t.like(error, { name: "InvalidSignatureException", $metadata: { httpStatusCode: 403 } });
  t.is(takeErrors().length, 1);
});

for (const [what, changed, name] of [
  ["an unknown access key", { accessKeyId: "AKIAUNKNOWN" }, "UnrecognizedClientException"],
  ["a wrong secret", { secretAccessKey: "wrong" }, "InvalidSignatureException"],
  ["a session token that is none", { sessionToken: "wrong" }, "UnrecognizedClientException"],
] as const) {
  for (const transport of transports) {
    test(`${what} is refused, over ${transport}`, async (t) => {
      const { endpoint, developer, takeErrors } = await runBedrock(t);
      const client = connect(t, { endpoint, credentials: { ...developer, ...changed } }, transport);
      t.like(await failure(client.send(ask("Hello"))), { name, $metadata: { httpStatusCode: 403 } });
      t.is(takeErrors().length, 1);
    });
  }
}

test("an unsigned request is refused, and so is what is not simulated", async (t) => {
  const { endpoint, takeErrors } = await runBedrock(t);
  const unsigned = await fetch(`${endpoint}/model/${NOVA}/converse`, { method: "POST", body: "{}" });
  t.is(unsigned.status, 403);
  t.regex(unsigned.headers.get("x-amzn-errortype") ?? "", /^MissingAuthenticationTokenException:/);
  const invoke = await fetch(`${endpoint}/model/${NOVA}/invoke`, { method: "POST", body: "{}" });
  t.is(invoke.status, 404);
  t.regex(invoke.headers.get("x-amzn-errortype") ?? "", /^UnknownOperationException:/);
  t.is(takeErrors().length, 2);
});

test("a request that is given up before it is whole leaves no record", async (t) => {
  const bedrock = await runBedrock(t);
  const session = http2.connect(bedrock.endpoint);
  const request = session.request({ ":method": "POST", ":path": `/model/${NOVA}/converse-stream` });
  request.write("{");
  request.on("error", () => {});
  await new Promise((resolve) => session.ping(resolve));
  request.close(http2.constants.NGHTTP2_CANCEL);
  session.destroy();
  t.is((await readAnswer(bedrock.connect(), ask("Hello"))).error, undefined);
  t.is(bedrock.requests.length, 1);
});

test("closing breaks off what is being sent", async (t) => {
  const bedrock = await runBedrock(t);
  const stall = bedrock.faults.stallAfter(2);
  const reading = readAnswer(bedrock.connect("HTTP/1.1"), ask("Hello"));
  await stall.reached;
  await bedrock.close();
  t.is((await reading).error?.code, "ECONNRESET");
  t.like(bedrock.requests[0], { framesSent: 2, aborted: true });
});
