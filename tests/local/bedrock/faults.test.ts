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

/** One word a token, so that an answer has as many deltas as words. */
const model = { reply: () => " a b c d e f" };

for (const [code, status] of [
  ["ThrottlingException", 429],
  ["AccessDeniedException", 403],
  ["ResourceNotFoundException", 404],
  ["InternalServerException", 500],
  ["ServiceUnavailableException", 503],
  ["ModelNotReadyException", 429],
  ["ModelTimeoutException", 408],
  ["ModelErrorException", 424],
  ["ValidationException", 400],
] as const) {
  for (const transport of transports) {
    test(`an ordered ${code} is a ${status} with a type the SDK knows, over ${transport}`, async (t) => {
      const bedrock = await runBedrock(t, { model });
      const client = bedrock.connect(transport);
      bedrock.faults.refuse(code);
      const error = await failure(client.send(ask("Hello")));
      t.is(error.name, code);
      t.is(error.$metadata.httpStatusCode, status);
      t.regex(error.$metadata.requestId ?? "", /^[0-9a-f-]{36}$/);
      t.is(bedrock.requests[0]?.status, status);
      t.is((await readAnswer(client, ask("Hello"))).text, " a b c d e f");
    });
  }
}

for (const transport of transports) {
  for (const [type, name] of [
    ["throttlingException", "ThrottlingException"],
    ["modelStreamErrorException", "ModelStreamErrorException"],
    ["internalServerException", "InternalServerException"],
    ["serviceUnavailableException", "ServiceUnavailableException"],
    ["validationException", "ValidationException"],
  ] as const) {
    test(`${type} in the stream is thrown after the events before it, over ${transport}`, async (t) => {
      const { connect, faults } = await runBedrock(t, { model });
      faults.exceptionAfter(3, type);
      const { text, error } = await readAnswer(connect(transport), ask("Hello"));
      t.is(text, " a b");
      t.is(error?.name, name);
    });
  }

  test(`an exception as the first frame makes send fail, over ${transport}`, async (t) => {
    const { connect, faults } = await runBedrock(t, { model });
    faults.exceptionAfter(0, "throttlingException");
    t.is((await failure(connect(transport).send(ask("Hello")))).name, "ThrottlingException");
  });

  test(`an answer that ends without messageStop looks whole to the SDK, over ${transport}`, async (t) => {
    const { connect, faults, requests } = await runBedrock(t, { model });
    faults.endAfter(4);
    const { text, error, events } = await readAnswer(connect(transport), ask("Hello"));
    t.is(error, undefined);
    t.is(text, " a b c");
    t.false(events.some(({ messageStop }) => messageStop !== undefined));
    t.like(requests[0], { framesSent: 4, status: 200 });
  });

  test(`an answer without a single frame ends empty, over ${transport}`, async (t) => {
    const { connect, faults } = await runBedrock(t, { model });
    faults.endAfter(0);
    t.deepEqual(await readAnswer(connect(transport), ask("Hello")), {
      events: [],
      text: "",
      error: undefined,
    });
  });

  test(`a frame cut in the middle is told by the SDK, over ${transport}`, async (t) => {
    const { connect, faults } = await runBedrock(t, { model });
    faults.truncateAfter(4);
    const { text, error } = await readAnswer(connect(transport), ask("Hello"));
    t.is(text, " a b c");
    t.regex(error?.message ?? "", /Truncated event message/);
  });

  test(`a wrong checksum is told by the SDK, over ${transport}`, async (t) => {
    const { connect, faults } = await runBedrock(t, { model });
    faults.corruptAfter(4);
    const { text, error } = await readAnswer(connect(transport), ask("Hello"));
    // What arrives in one piece with a frame that is wrong may be lost with it.
    t.true(" a b c".startsWith(text));
    t.regex(error?.message ?? "", /checksum/);
  });

  for (const insideFrame of [false, true]) {
    test(`a reset ${insideFrame ? "inside" : "between"} frames breaks the answer off, over ${transport}`, async (t) => {
      const { connect, faults, requests } = await runBedrock(t, { model });
      faults.resetAfter(4, { insideFrame });
      const { text, events, error } = await readAnswer(connect(transport), ask("Hello"));
      t.true(" a b c".startsWith(text));
      t.false(events.some(({ messageStop }) => messageStop !== undefined));
      // Between frames the SDK's HTTP/2 says nothing, as AWS's callers meet it.
      if (transport === "HTTP/1.1") t.is(error?.code, "ECONNRESET");
      await until(() => requests[0]?.aborted);
    });
  }

  test(`a broken off answer loses nothing that was sent before, over ${transport}`, async (t) => {
    const { connect, faults, requests } = await runBedrock(t, { model });
    faults.breakOffAfter(4);
    const { text, error } = await readAnswer(connect(transport), ask("Hello"));
    t.is(text, " a b c");
    if (transport === "HTTP/1.1") t.is(error?.code, "ECONNRESET");
    t.like(requests[0], { framesSent: 4, aborted: true });
  });

  for (const frameCount of [0, 3]) {
    test(`a model silent after ${frameCount} frames goes on when released, over ${transport}`, async (t) => {
      const { connect, faults, requests } = await runBedrock(t, { model });
      const stall = faults.stallAfter(frameCount);
      const reading = readAnswer(connect(transport), ask("Hello"));
      await stall.reached;
      t.like(requests[0], { framesSent: frameCount, status: 200, aborted: false });
      stall.release();
      t.is((await reading).text, " a b c d e f");
    });

    test(`a model silent after ${frameCount} frames ends when its reader leaves, over ${transport}`, async (t) => {
      const { connect, faults, requests } = await runBedrock(t, { model });
      const stall = faults.stallAfter(frameCount);
      const abort = new AbortController();
      const reading = readAnswer(connect(transport), ask("Hello"), { abortSignal: abort.signal });
      await stall.reached;
      abort.abort();
      await until(() => requests[0]?.aborted);
      t.is(requests[0]?.framesSent, frameCount);
      await reading;
    });
  }

  test(`in lock-step a frame is sent only once it was released, over ${transport}`, async (t) => {
    const { connect, faults, requests } = await runBedrock(t, { model });
    const step = faults.lockStep();
    let received = 0;
    step.release();
    const { text } = await readAnswer(connect(transport), ask("Hello"), {
      onEvent() {
        received += 1;
        t.is(requests[0]?.framesSent, received, "nothing is sent ahead");
        step.release();
      },
    });
    t.is(received, 10);
    t.is(text, " a b c d e f");
  });
}

test("a fault strikes its model, in order, and is used up", async (t) => {
  const { connect, faults } = await runBedrock(t, { model });
  const client = connect();
  faults.endAfter(2, { modelId: NOVA });
  faults.endAfter(3, { modelId: NOVA, times: 2 });
  const micro = "amazon.nova-micro-v1:0";
  t.is((await readAnswer(client, ask("Hello", { modelId: micro }))).text, " a b c d e f");
  const texts = [];
  for (let index = 0; index < 4; index++) texts.push((await readAnswer(client, ask("Hello"))).text);
  t.deepEqual(texts, [" a", " a b", " a b", " a b c d e f"]);
});

test("cleared faults strike no more", async (t) => {
  const { connect, faults } = await runBedrock(t, { model });
  faults.refuse("ThrottlingException");
  faults.endAfter(1);
  faults.clear();
  t.is((await readAnswer(connect(), ask("Hello"))).text, " a b c d e f");
});

test("the SDK's own retries get past two throttled requests", async (t) => {
  const bedrock = await runBedrock(t, { model });
  const client = connect(t, {
    endpoint: bedrock.endpoint,
    credentials: bedrock.developer,
    maxAttempts: 3,
  });
  bedrock.faults.refuse("ServiceUnavailableException", { times: 2 });
  t.is((await readAnswer(client, ask("Hello"))).text, " a b c d e f");
  t.is(bedrock.requests.length, 3);
});
