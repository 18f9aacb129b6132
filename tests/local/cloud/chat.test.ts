import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import type { ChatEvent } from "../../../contract/chat.ts";
import { nodeFunctionCode } from "../../../components/function/function-code.ts";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { EVENT_STREAM, eventFrame } from "../../../local/bedrock/frames.ts";
import { withInputs } from "../../helpers/alter-graph.ts";
import { chatEvents, postChat, readChat, textOf } from "../../helpers/chat-client.ts";
import { brokenAnswers, modelRefusals, refusedChats } from "../../helpers/chat-failures.ts";
import { logLines } from "../../helpers/log-lines.ts";
import { makeStep } from "../../helpers/step.ts";
import { until } from "../../helpers/until.ts";
import {
  projectFolder,
  shareCloud,
  startTestCloud,
  type TestCloud,
  type TestCloudOptions,
} from "../../helpers/local-cloud.ts";

const atOnce = { firstTokenMilliseconds: 0, tokensPerSecond: 0 };

function startChatCloud(
  t: Pick<ExecutionContext, "teardown">,
  options: TestCloudOptions = {},
): Promise<TestCloud> {
  return startTestCloud(t, { config: ["lambdaChat=true"], model: atOnce, ...options });
}

/** For the tests that leave it as they found it. They are serial, as they order faults and count requests. */
const shared = shareCloud(test, startChatCloud);

function withImpatientChat(graph: ResourceGraph): ResourceGraph {
  const code = nodeFunctionCode(join(projectFolder, "tests/fixtures/impatient-chat.ts"));
  return withInputs(graph, { type: "aws:lambda/function:Function", name: "lambda-chat" }, () => ({ code }));
}

test("an answer comes as JSON lines, in the language of the question, and ends in its proof", async (t) => {
  const cloud = await startChatCloud(t);
  const response = await postChat(cloud.outputs, { message: "こんにちは" });
  t.is(response.status, 200);
  t.is(response.headers.get("content-type"), "application/x-ndjson");
  const events = await readChat(response);
  t.regex(textOf(events), /「こんにちは」/);
  const done = events.at(-1);
  t.like(done, { type: "done", stopReason: "end_turn" });
  t.true(
    done?.type === "done" && Number(done.usage?.outputTokens) > 10 && done.timeToFirstTokenMs !== undefined,
  );
});

test("an answer comes as server-sent events to whom that is what it accepts", async (t) => {
  const cloud = await startChatCloud(t, { model: { ...atOnce, reply: () => "one\ntwo three" } });
  const response = await postChat(cloud.outputs, { message: "hi" }, { accept: "text/event-stream" });
  t.regex(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(await response.text());
  const data = events.filter(({ event }) => event === "data").map((event) => event.data);
  t.is(data.join(""), "one\ntwo three");
  t.is(events.at(-1)?.event, "done");
});

test("each token reaches the client before the model sends the next", async (t) => {
  const reply = "word ".repeat(10);
  const cloud = await startChatCloud(t, { model: { ...atOnce, reply: () => reply } });
  const steps = cloud.bedrock.faults.lockStep();
  // The first frame starts the message, the second is the first token.
  steps.release(2);
  let text = "";
  let last: ChatEvent | undefined;
  // Would wait until the model counts as silent, and end in an error, if anything on the way held a token back.
  for await (const event of chatEvents(await postChat(cloud.outputs, { message: "hi" }))) {
    if (event.type === "text") text += event.text;
    // What follows the last token is not text: the end of the message, and what it took.
    steps.release(text === reply ? 3 : 1);
    last = event;
  }
  t.is(text, reply);
  t.is(last?.type, "done");
});

test("the first token comes long before the last", async (t) => {
  const reply = () => "word ".repeat(60);
  // Twelve seconds in all: whatever stands still on the way for some of them, most tokens are still to come.
  const cloud = await startChatCloud(t, { model: { reply, firstTokenMilliseconds: 0, tokensPerSecond: 5 } });
  const arrivals: number[] = [];
  for await (const event of chatEvents(await postChat(cloud.outputs, { message: "hi" }))) {
    if (event.type === "text") arrivals.push(performance.now());
  }
  const [first = 0] = arrivals;
  t.true((arrivals.at(-1) ?? 0) - first > 500, "sixty tokens at five a second");
});

test("a hundred chats at a time do not get into each other", async (t) => {
  const cloud = await startChatCloud(t, {
    model: { ...atOnce, reply: ({ turns }) => `${turns.at(-1)?.text} `.repeat(20) },
  });
  const answers = await Promise.all(
    Array.from({ length: 100 }, async (_, index) =>
      textOf(await readChat(await postChat(cloud.outputs, { message: `chat-${index}` }))),
    ),
  );
  for (const [index, answer] of answers.entries()) t.is(answer, `chat-${index} `.repeat(20));
});

for (const { what, body, headers, status, code } of refusedChats) {
  test.serial(`${what} is refused with ${status} ${code}`, async (t) => {
    const asked = shared().bedrock.requests.length;
    const response = await postChat(shared().outputs, body, headers);
    t.is(response.status, status);
    t.is(((await response.json()) as { error: { code: string } }).error.code, code);
    t.is(shared().bedrock.requests.length, asked);
  });
}

for (const { exception, status, code } of modelRefusals) {
  test.serial(`${exception} before the first token is a ${status} ${code}`, async (t) => {
    shared().bedrock.faults.refuse(exception, { times: 10 });
    t.teardown(() => shared().bedrock.faults.clear());
    const response = await postChat(shared().outputs, { message: "hi" });
    t.is(response.status, status);
    t.is(response.headers.has("retry-after"), status === 429 || status === 503);
    t.is(((await response.json()) as { error: { code: string } }).error.code, code);
  });
}

test("a conversation longer than the model takes is a 400", async (t) => {
  const cloud = await startChatCloud(t, { model: { ...atOnce, contextTokens: 10 } });
  const response = await postChat(cloud.outputs, { message: "word ".repeat(100) });
  t.is(response.status, 400);
  t.is(((await response.json()) as { error: { code: string } }).error.code, "context_too_long");
});

for (const { what, order, code } of brokenAnswers) {
  test.serial(`${what} after the first token is a final error event`, async (t) => {
    order(shared().bedrock.faults);
    const events = await readChat(await postChat(shared().outputs, { message: "hi" }));
    t.is(events[0]?.type, "text");
    t.like(events.at(-1), { type: "error", code });
    t.is(events.filter(({ type }) => type === "done").length, 0);

    const next = await readChat(await postChat(shared().outputs, { message: "hi" }));
    t.is(next.at(-1)?.type, "done");
  });
}

for (const insideFrame of [false, true]) {
  test(`a reset ${insideFrame ? "inside" : "after"} a frame is a final error event`, async (t) => {
    const firstToken = makeStep();
    const token = eventFrame("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "word" } });
    const cloud = await startChatCloud(t, {
      modelResponder: async ({ answer }) => {
        answer.begin(200, { "content-type": EVENT_STREAM });
        await answer.write(eventFrame("messageStart", { role: "assistant" }));
        await answer.write(token);
        // A reset overtakes what has not been read.
        await firstToken.taken;
        if (insideFrame) await answer.write(token.subarray(0, token.length >> 1));
        await answer.reset();
      },
    });
    const events: ChatEvent[] = [];
    for await (const event of chatEvents(await postChat(cloud.outputs, { message: "hi" }))) {
      events.push(event);
      firstToken.take();
    }
    t.is(events[0]?.type, "text");
    t.like(events.at(-1), { type: "error", code: "upstream_error" });
  });
}

test("a model that is silent at first keeps its caller with a heartbeat", async (t) => {
  const cloud = await startChatCloud(t);
  const stall = cloud.bedrock.faults.stallAfter(0);
  const response = await postChat(cloud.outputs, { message: "hi" });
  t.is(response.status, 200);
  stall.release();
  const text = await response.text();
  t.true(text.startsWith(" "), "a space ahead of the first object, which JSON allows");
  const lines = text.trimEnd().split("\n");
  for (const line of lines) t.notThrows(() => JSON.parse(line) as unknown);
  t.regex(lines.at(-1) ?? "", /^\{"done":/);
});

for (const frames of [0, 10]) {
  test(`a model that is silent for good after ${frames} frames ends in an error, and its request ends too`, async (t) => {
    const cloud = await startChatCloud(t, { alterGraph: withImpatientChat });
    cloud.bedrock.faults.stallAfter(frames);
    const events = await readChat(await postChat(cloud.outputs, { message: "hi" }));
    t.like(events.at(-1), { type: "error", code: "upstream_timeout" });
    await until(() => cloud.bedrock.requests[0]?.aborted);
  });
}

test("without the right to the model the answer is 500", async (t) => {
  const cloud = await startChatCloud(t, {
    alterGraph: (graph) =>
      withInputs(graph, { type: "aws:iam/rolePolicy:RolePolicy", name: "lambda-chat" }, () => ({
        policy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
      })),
  });
  cloud.expectError(/^bedrock: .*InvokeModelWithResponseStream/);
  t.is((await postChat(cloud.outputs, { message: "hi" })).status, 500);
});

test("no log holds what was asked or answered", async (t) => {
  const cloud = await startChatCloud(t, { model: { ...atOnce, reply: () => "canary-answer" } });
  t.is(textOf(await readChat(await postChat(cloud.outputs, { message: "canary-prompt" }))), "canary-answer");
  t.notRegex(logLines(cloud).join("\n"), /canary/);
});
