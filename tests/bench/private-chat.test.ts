import test from "ava";
import { measureChatEventsPerCore } from "../../bench/chat-events-per-core.ts";
import { measureChatMemory } from "../../bench/chat-memory.ts";
import { processorSeconds } from "../../bench/processor-time.ts";
import { measureStartToReady } from "../../bench/start-to-ready.ts";
import { measureTokenLatency } from "../../bench/token-latency.ts";

/*
 * Each benchmark of the private chat path at a tiny size: every answer it measures is whole, or it would throw.
 */

const model = { streams: 2, tokens: 5, tokensPerSecond: 100 };

test.serial("the way through the private path is measured token by token, every answer whole", async (t) => {
  const { baseline, subject, targets } = await measureTokenLatency({
    ...model,
    chatPath: "container",
    rounds: 2,
    warmups: 0,
    mostAddedMilliseconds: 1,
  });
  for (const { samples } of [baseline, subject]) {
    t.is(samples.length, 2 * model.streams * model.tokens);
    for (const milliseconds of samples) t.true(milliseconds > 0 && milliseconds < 100_000);
  }
  t.like(targets, [{ bound: "below", limit: 1 }]);
  t.true(Number.isFinite(targets[0]?.value));
});

test.serial("what a container passes on is measured by its own processor time", async (t) => {
  const tokens = 200;
  const { baseline, subject } = await measureChatEventsPerCore({ ...model, tokens, rounds: 1, warmups: 0 });
  for (const { samples } of [baseline, subject]) {
    t.is(samples.length, 1);
    // Not even an empty loop would be through with a million events in a second, nor would any that works need as long as this.
    for (const eventsPerSecond of samples) t.true(eventsPerSecond > 10 && eventsPerSecond < 1e6);
  }
});

test.serial("the memory of open streams is that of all tasks together", async (t) => {
  const { baseline, subject, targets } = await measureChatMemory({
    ...model,
    tokensPerSecond: 20,
    rounds: 1,
  });
  for (const { samples } of [baseline, subject]) {
    t.is(samples.length, 1);
    // Two processes of Node.js.
    for (const megabytes of samples) t.true(megabytes > 60 && megabytes < 1000);
  }
  const [idle = NaN] = baseline.samples;
  const [open = NaN] = subject.samples;
  t.is(targets[0]?.value, ((open - idle) * 1000) / model.streams);
});

test.serial("ready is when npm start has told its outputs", async (t) => {
  const { baseline, subject } = await measureStartToReady({ rounds: 1, warmups: 0 });
  for (const { samples } of [baseline, subject]) {
    t.is(samples.length, 1);
    for (const seconds of samples) t.true(seconds > 0.1 && seconds < 120);
  }
});

test("the processor time of a process grows by what it works", async (t) => {
  const before = await processorSeconds(process.pid);
  // What is worked, not how long that takes on a busy machine.
  const start = process.cpuUsage();
  const worked = () => {
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  while (worked() < 200_000);
  const seconds = (await processorSeconds(process.pid)) - before;
  t.true(seconds > 0 && seconds < 10);
});

test("a process that is gone has no processor time", async (t) => {
  // Above any number that Linux or macOS gives.
  await t.throwsAsync(processorSeconds(99_999_999));
});
