import type { ConverseStreamOutput } from "@aws-sdk/client-bedrock-runtime";
import test from "ava";
import { Readable } from "node:stream";
import { ChatEventReader } from "../../../core/chat-stream/chat-events.ts";
import { Refusal } from "../../../core/refusal.ts";
import { failureFields } from "../../../core/request-log.ts";
import { readEvents } from "../../helpers/open-scripted-chat.ts";

const delta = (member: object) =>
  ({ contentBlockDelta: { contentBlockIndex: 0, delta: member } }) as ConverseStreamOutput;
const stop = (stopReason: string) => ({ messageStop: { stopReason } }) as ConverseStreamOutput;
const metadata = (usage?: object) => ({ metadata: { usage } }) as ConverseStreamOutput;
const text = delta({ text: "a" });

/** What becomes of Bedrock's events, in order. */
async function* chatEvents(outputs: AsyncIterable<ConverseStreamOutput>, startedAt: number) {
  const reader = new ChatEventReader(startedAt);
  for await (const output of outputs) {
    const event = reader.read(output);
    if (event) yield event;
    if (event?.type === "done") return;
  }
  yield reader.end();
}

const eventsOf = (...outputs: ConverseStreamOutput[]) =>
  readEvents(chatEvents(Readable.from(outputs), performance.now()));

for (const reason of [
  "end_turn",
  "max_tokens",
  "stop_sequence",
  "guardrail_intervened",
  "content_filtered",
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

for (const [what, outputs] of [
  ["without metadata", []],
  ["without usage", [metadata()]],
  ["with half of the usage", [metadata({ inputTokens: 3 })]],
] as const) {
  test(`an answer ${what} is whole, and says nothing of what it took`, async (t) => {
    const done = (await eventsOf(text, stop("end_turn"), ...outputs)).at(-1) ?? {};
    t.like(done, { type: "done", stopReason: "end_turn" });
    t.false("usage" in done);
  });
}

for (const [reason, hasText, code] of [
  ["malformed_model_output", true, "upstream_error"],
  ["malformed_model_output", false, "upstream_error"],
  ["malformed_tool_use", true, "upstream_error"],
  ["tool_use", true, "upstream_error"],
  ["model_context_window_exceeded", false, "context_too_long"],
  ["a_reason_of_tomorrow", false, "upstream_error"],
  ["constructor", false, "upstream_error"],
] as const) {
  test(`the reason ${reason} ${hasText ? "after" : "without"} a text is a failure, ${code}`, async (t) => {
    const refusal = await t.throwsAsync(eventsOf(...(hasText ? [text] : []), stop(reason), metadata()), {
      instanceOf: Refusal,
    });
    t.is(refusal.code, code);
    t.like(failureFields(refusal), { errorCode: code, cause: reason });
  });
}

for (const reason of [
  "end_turn",
  "stop_sequence",
  "max_tokens",
  "guardrail_intervened",
  "content_filtered",
]) {
  test(`an answer without a text may end for the reason ${reason}`, async (t) => {
    t.like((await eventsOf(stop(reason), metadata())).at(-1), { type: "done", stopReason: reason });
  });
}

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
