import { setImmediate as nextTurn } from "node:timers/promises";
import test from "ava";
import type { ChatEvent } from "../../../contract/chat.ts";
import {
  answerFrames,
  deltaFrame,
  eventFrame,
  exceptionFrame,
  messageStart,
  messageStop,
} from "../../helpers/bedrock-frames.ts";
import { readEvents, scriptChat, textOf } from "../../helpers/open-scripted-chat.ts";
import { makeStep } from "../../helpers/step.ts";

const heartbeat = { type: "heartbeat" };
const quick = { heartbeatMilliseconds: 20 };

test.serial("without a first event the answer begins with heartbeats", async (t) => {
  const { taken, take } = makeStep();
  const { open } = await scriptChat(
    t,
    async ({ send, end }) => {
      await taken;
      await send(...answerFrames("a"));
      end();
    },
    { times: quick },
  );
  const iterator = (await open())[Symbol.asyncIterator]();
  const early = [await iterator.next(), await iterator.next(), await iterator.next()];
  t.deepEqual(early, Array(3).fill({ done: false, value: heartbeat }));
  take();
  const rest = await readEvents({ [Symbol.asyncIterator]: () => iterator });
  t.is(textOf(rest), "a");
  t.is(rest.at(-1)?.type, "done");
});

test.serial("an answer that is late begins with a heartbeat at once", async (t) => {
  const { open } = await scriptChat(t, () => {}, { times: { heartbeatMilliseconds: 1_000 } });
  const iterator = (await open())[Symbol.asyncIterator]();
  // Without waiting for anything: a timer would not be over when the next turn begins.
  const atOnce = await Promise.race([iterator.next(), nextTurn()]);
  t.deepEqual(atOnce, { done: false, value: heartbeat });
  await iterator.return(undefined);
});

test.serial("once heartbeats have begun, a failure is an event", async (t) => {
  const { taken, take } = makeStep();
  const { open } = await scriptChat(
    t,
    async ({ refuse }) => {
      await taken;
      refuse(403, "AccessDeniedException", "no");
    },
    { times: quick },
  );
  const events: ChatEvent[] = [];
  for await (const event of await open()) {
    events.push(event);
    take();
  }
  t.is(events[0]?.type, "heartbeat");
  t.like(events.at(-1), { type: "error", code: "model_unavailable" });
});

test.serial("a failure that comes while the reader takes its time is kept for it", async (t) => {
  const { taken, take } = makeStep();
  const { open, requested } = await scriptChat(
    t,
    async ({ send }) => {
      await taken;
      await send(exceptionFrame("throttlingException", "no"));
    },
    { times: quick, clientConfig: { maxAttempts: 1 } },
  );
  const iterator = (await open())[Symbol.asyncIterator]();
  t.deepEqual((await iterator.next()).value, heartbeat);
  take();
  await (
    await requested()
  ).closed;
  const rest = await readEvents({ [Symbol.asyncIterator]: () => iterator });
  t.like(rest.at(-1), { type: "error", code: "too_many_requests" });
});

test.serial("heartbeats fill the silence between texts", async (t) => {
  const { taken, take } = makeStep();
  const { open } = await scriptChat(
    t,
    async ({ send, end }) => {
      await send(messageStart, deltaFrame("a"));
      await taken;
      await send(...answerFrames("b").slice(1));
      end();
    },
    { times: quick },
  );
  const types: string[] = [];
  for await (const { type } of await open()) {
    types.push(type);
    if (types.slice(types.indexOf("text")).filter((seen) => seen === "heartbeat").length === 2) take();
  }
  t.regex(types.join(" "), /^(heartbeat )*text (heartbeat ){2,}text done$/);
});

test.serial("events that say nothing to the reader do not stand in for heartbeats", async (t) => {
  const { open } = await scriptChat(
    t,
    async ({ send }) => {
      await send(messageStart, deltaFrame("a"));
      for (;;) await send(deltaFrame({ reasoningContent: { signature: "s" } }), eventFrame("ping", {}));
    },
    { times: quick },
  );
  for await (const { type } of await open()) if (type === "heartbeat") break;
  t.pass();
});

const short = { heartbeatMilliseconds: 60_000, silenceMilliseconds: 3_000 };

test.serial("a model that never answers is given up", async (t) => {
  const { open, requests } = await scriptChat(t, () => {}, { times: short });
  t.like(await t.throwsAsync(open()), { name: "Refusal", code: "upstream_timeout" });
  await requests[0]?.closed;
});

test.serial("a model that falls silent before its first text is given up", async (t) => {
  const { open, requests } = await scriptChat(t, ({ send }) => send(messageStart), { times: short });
  t.like(await t.throwsAsync(open()), { name: "Refusal", code: "upstream_timeout" });
  await requests[0]?.closed;
});

for (const [when, frames] of [
  ["in the middle of its answer", []],
  ["after the reason to stop", [messageStop()]],
] as const) {
  test.serial(`a model that falls silent ${when} ends the answer in an error`, async (t) => {
    const { open, requests } = await scriptChat(
      t,
      ({ send }) => send(messageStart, deltaFrame("a"), ...frames),
      { times: { heartbeatMilliseconds: 60, silenceMilliseconds: 3_000 } },
    );
    const events = await readEvents(await open());
    t.like(events.at(-1), { type: "error", code: "upstream_timeout" });
    t.true(events.some(({ type }) => type === "heartbeat"));
    t.is(requests.length, 1, "a silent model is not asked again");
    await requests[0]?.closed;
  });
}

test.serial("a slow reader's pauses are not taken for the model's silence", async (t) => {
  const { taken, take } = makeStep();
  const { open } = await scriptChat(
    t,
    async ({ send, end }) => {
      await send(messageStart, deltaFrame("a"));
      await taken;
      await send(...answerFrames("b").slice(1));
      end();
    },
    { times: short },
  );
  const iterator = (await open())[Symbol.asyncIterator]();
  await iterator.next();
  const clock = performance.now();
  while (performance.now() - clock < short.silenceMilliseconds * 1.2) await nextTurn();
  take();
  const rest = await readEvents({ [Symbol.asyncIterator]: () => iterator });
  t.is(rest.at(-1)?.type, "done");
});
