import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import { Readable } from "node:stream";
import { chatEvents } from "../../../core/chat-stream/chat-events.ts";
import { readEvents } from "../../helpers/open-scripted-chat.ts";

const delta = (member: object) =>
  ({ contentBlockDelta: { contentBlockIndex: 0, delta: member } }) as ConverseStreamOutput;
const stop = (stopReason: string) => ({ messageStop: { stopReason } }) as ConverseStreamOutput;
const metadata = (usage?: object) => ({ metadata: { usage } }) as ConverseStreamOutput;
const text = delta({ text: "a" });

const eventsOf = (...outputs: ConverseStreamOutput[]) =>
  readEvents(chatEvents(Readable.from(outputs), performance.now()));

for (const reason of [
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "guardrail_intervened",
  "content_filtered",
  "malformed_model_output",
  "model_context_window_exceeded",
  "a_reason_of_tomorrow",
]) {
  test(`the reason ${reason} is passed on`, async (t) => {
    t.like((await eventsOf(text, stop(reason), metadata())).at(-1), { type: "done", stopReason: reason });
  });
}

test("reasoning is passed on as such, without its signature and what is encrypted", async (t) => {
  const events = await eventsOf(
    delta({ reasoningContent: { text: "hm" } }),
    delta({ reasoningContent: { text: "" } }),
    delta({ reasoningContent: { signature: "s" } }),
    delta({ reasoningContent: { redactedContent: Uint8Array.of(1) } }),
    text,
    stop("end_turn"),
    metadata(),
  );
  t.deepEqual(events.slice(0, -1), [
    { type: "reasoning", text: "hm" },
    { type: "text", text: "a" },
  ]);
});

test("what says nothing to a reader is left out", async (t) => {
  const events = await eventsOf(
    { messageStart: { role: "assistant" } },
    { contentBlockStart: { start: undefined, contentBlockIndex: 0 } },
    delta({ text: "" }),
    delta({ citation: {} }),
    delta({ $unknown: ["new", {}] }),
    { $unknown: ["new", {}] },
    { contentBlockStop: { contentBlockIndex: 0 } },
    stop("end_turn"),
    metadata(),
  );
  t.deepEqual(
    events.map(({ type }) => type),
    ["done"],
  );
});

test("usage is passed on with what was cached", async (t) => {
  const usage = {
    inputTokens: 1,
    outputTokens: 2,
    totalTokens: 10,
    cacheReadInputTokens: 3,
    cacheWriteInputTokens: 4,
  };
  const details = { ...usage, cacheDetails: [], serverToolUsage: {} };
  t.like((await eventsOf(text, stop("end_turn"), metadata(details))).at(-1), { usage });
});

const unused = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

test("an answer without metadata is whole all the same", async (t) => {
  t.like((await eventsOf(text, stop("end_turn"))).at(-1), { type: "done", usage: unused });
});

test("metadata without usage counts as none", async (t) => {
  t.like((await eventsOf(text, stop("end_turn"), metadata())).at(-1), { type: "done", usage: unused });
});

for (const [what, outputs] of [
  ["nothing at all", []],
  ["text alone", [text]],
  ["text and metadata", [text, metadata()]],
] as const) {
  test(`${what} is no whole answer`, async (t) => {
    await t.throwsAsync(eventsOf(...outputs), { name: "Refusal", message: /broke off/ });
  });
}

async function passed(milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await new Promise(setImmediate);
}

test("the time to the first text is that of text, not of reasoning", async (t) => {
  const startedAt = performance.now();
  async function* slowly() {
    yield delta({ reasoningContent: { text: "hm" } });
    await passed(30);
    yield text;
    await passed(30);
    yield stop("end_turn");
  }
  const done = (await readEvents(chatEvents(slowly(), startedAt))).at(-1);
  if (done?.type !== "done") return t.fail();
  const { latencyMs, timeToFirstTokenMs = 0 } = done;
  t.true(timeToFirstTokenMs >= 30);
  t.true(latencyMs >= timeToFirstTokenMs + 29, "both are rounded");
});

test("an answer without text has no time to its first text", async (t) => {
  const done = (await eventsOf(stop("guardrail_intervened"), metadata())).at(-1) ?? {};
  t.false("timeToFirstTokenMs" in done);
});
