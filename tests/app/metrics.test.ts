import test from "ava";
import fc from "fast-check";
import { once } from "node:events";
import { mock } from "node:test";
import { ChatMeter } from "../../app/chat-meter.ts";
import { ChatMetrics } from "../../app/chat-metrics.ts";
import { embeddedMetrics } from "../../app/embedded-metrics.ts";
import { OpenStreams } from "../../app/open-streams.ts";
import { chatMetrics } from "../../contract/chat-metrics.ts";
import { ReaderGoneError } from "../../core/reader-gone-error.ts";
import { Refusal } from "../../core/refusal.ts";
import { readChat } from "../helpers/chat-client.ts";
import { done, failure } from "../helpers/chat-events.ts";
import { publishedMetrics } from "../helpers/embedded-metric-format.ts";
import {
  openStream,
  postStream,
  runChatService,
  type LogLine,
  type TestService,
} from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

const series = (name: string) => `Streamgate/Chat ${name} {Service=streamgate-test-chat}`;

/** The values of one line by the metric's name. */
function valuesOf(line: LogLine | undefined): Record<string, unknown> {
  const published = publishedMetrics(line ?? {});
  return Object.fromEntries(published.map(({ series: key, value }) => [key.split(" ")[1] ?? "", value]));
}

/** The lines about chats, without those that say again and again how many streams there are. */
function chatsOf({ metrics }: TestService): LogLine[] {
  return metrics.filter((line) => chatMetrics.names.errors in line);
}

test("an idle service publishes that it has no streams, under the series the scaling policy reads", async (t) => {
  const service = await runChatService(t);
  const [gauge] = publishedMetrics(service.metrics[0] ?? {});
  t.deepEqual(gauge, { series: series("ConcurrentStreams"), unit: "Count", value: 0 });
});

test.serial("the number of streams is published again and again", (t) => {
  mock.timers.enable({ apis: ["setInterval"] });
  t.teardown(() => mock.timers.reset());
  const lines: LogLine[] = [];
  const metrics = new ChatMetrics("s", (line) => lines.push(JSON.parse(line) as LogLine));
  const stop = metrics.watch(new OpenStreams(1));
  mock.timers.tick(2 * chatMetrics.periodSeconds * 1000);
  stop();
  mock.timers.tick(10 * chatMetrics.periodSeconds * 1000);
  t.deepEqual(lines.map(valuesOf), Array(3).fill({ ConcurrentStreams: 0 }));
});

test("a whole answer publishes its times, its tokens and that it did not fail", async (t) => {
  const service = await runChatService(t, {
    model: { reply: () => "one two three", firstTokenMilliseconds: 40 },
  });
  await readChat(await postStream(service));
  const line = await until(() => chatsOf(service)[0]);
  t.deepEqual(
    publishedMetrics(line).map(({ series: name, unit }) => [name, unit]),
    [
      [series("TimeToFirstToken"), "Milliseconds"],
      [series("InterTokenGap"), "Milliseconds"],
      [series("TokensOut"), "Count"],
      [series("Errors"), "Count"],
    ],
  );
  const { TimeToFirstToken, TokensOut, Errors } = valuesOf(line);
  t.true((TimeToFirstToken as number) >= 39);
  t.is(TokensOut, 3);
  t.is(Errors, 0);
});

test("an answer that fails under way counts as an error, one that its caller leaves does not", async (t) => {
  const service = await runChatService(t);
  service.bedrock.faults.exceptionAfter(3, "internalServerException");
  await readChat(await postStream(service));
  t.is(valuesOf(await until(() => chatsOf(service)[0])).Errors, 1);
  service.bedrock.faults.stallAfter(3);
  const chat = openStream(t, service);
  await once(await chat.response, "readable");
  chat.leave();
  t.is(valuesOf(await until(() => chatsOf(service)[1])).Errors, 0);
});

test("a model that may not be used counts as an error", async (t) => {
  const service = await runChatService(t);
  service.bedrock.faults.refuse("AccessDeniedException");
  t.is((await postStream(service)).status, 500);
  t.is(valuesOf(await until(() => chatsOf(service)[0])).Errors, 1);
});

test("the meter tells failures of the service's from its callers'", (t) => {
  const failed = (error: unknown) => {
    const meter = new ChatMeter();
    meter.fail(error);
    return meter.measures.hasFailed;
  };
  const ours = ["forbidden", "not_found", "too_many_requests", "upstream_error", "slow_down"] as const;
  for (const code of ours) t.true(failed(new Refusal(code)), code);
  const callers = ["invalid_request", "context_too_long", "not_acceptable", "payload_too_large"] as const;
  for (const code of callers) t.false(failed(new Refusal(code)), code);
  t.true(failed(new TypeError("bug")));
  t.false(failed(new ReaderGoneError("reader_closed")));
});

test("the meter leaves out what there was none of", (t) => {
  const meter = new ChatMeter();
  t.deepEqual(meter.measures, {
    timeToFirstTokenMilliseconds: undefined,
    interTokenGapMilliseconds: undefined,
    tokensOut: undefined,
    hasFailed: false,
  });
  meter.note({ type: "text", text: "a" });
  t.is(meter.measures.interTokenGapMilliseconds, undefined);
  meter.note({ type: "heartbeat" });
  meter.note({ type: "text", text: "b" });
  meter.note(done);
  t.true((meter.measures.interTokenGapMilliseconds ?? -1) >= 0);
  t.is(meter.measures.tokensOut, 2);
  t.false(meter.measures.hasFailed);
  meter.note(failure);
  t.true(meter.measures.hasFailed);
});

test("every line follows the embedded metric format, and is one line", (t) => {
  const value = fc.record({
    name: fc.constantFrom(...Object.values(chatMetrics.names)),
    unit: fc.constantFrom("Count" as const, "Milliseconds" as const),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  });
  const values = fc.uniqueArray(value, { minLength: 1, selector: ({ name }) => name });
  fc.assert(
    fc.property(values, fc.date({ min: new Date(1), noInvalidDate: true }), (published, date) => {
      const one = { namespace: "Streamgate/Chat", dimension: "Service", dimensionValue: "s" };
      const line = embeddedMetrics(one, published, date.getTime());
      t.false(line.includes("\n"));
      const read = publishedMetrics(JSON.parse(line) as LogLine);
      t.deepEqual(
        read.map(({ value: number }) => number),
        published.map(({ value: number }) => (number === 0 ? 0 : number)),
      );
    }),
  );
});

for (const [broken, line] of [
  ["a metric without a value", { Service: "s" }],
  ["a dimension without a value", { Errors: 1 }],
  ["a value that is text", { Service: "s", Errors: "1" }],
] as const) {
  test(`the format's check finds ${broken}`, (t) => {
    const _aws = {
      Timestamp: 1,
      CloudWatchMetrics: [{ Namespace: "n", Dimensions: [["Service"]], Metrics: [{ Name: "Errors" }] }],
    };
    t.throws(() => publishedMetrics({ _aws, ...line }));
  });
}
