import test from "ava";
import { ServerSentEventsDecoder } from "../../contract/server-sent-events.ts";
import { chatEvents, readChat, textOf } from "../helpers/chat-client.ts";
import { decodeAll } from "../helpers/chat-events.ts";
import { postStream, runChatService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

test("a chat is answered with JSON lines and ends in done", async (t) => {
  const service = await runChatService(t, { model: { reply: () => "Grüße, 日本 👩🏽‍💻." } });
  const response = await postStream(service);
  t.is(response.status, 200);
  t.is(response.headers.get("content-type"), "application/x-ndjson");
  t.is(response.headers.get("cache-control"), "no-store");
  t.is(response.headers.get("x-content-type-options"), "nosniff");
  const events = await readChat(response);
  t.is(textOf(events), "Grüße, 日本 👩🏽‍💻.");
  t.like(events.at(-1), { type: "done", stopReason: "end_turn" });
});

test("a chat is answered with server-sent events to who accepts nothing else", async (t) => {
  const service = await runChatService(t);
  const response = await postStream(service, undefined, { accept: "text/event-stream" });
  t.is(response.headers.get("content-type"), "text/event-stream");
  const events = decodeAll(new ServerSentEventsDecoder(), [new Uint8Array(await response.arrayBuffer())]);
  t.like(events.at(-1), { type: "done" });
});

test("each token is sent before the model makes the next", async (t) => {
  const service = await runChatService(t, { model: { reply: () => "a b c" } });
  const model = service.bedrock.faults.lockStep();
  const response = postStream(service);
  model.release(2);
  const events = chatEvents(await response);
  for (const text of ["a", " b", " c"]) {
    t.deepEqual((await events.next()).value, { type: "text", text });
    model.release();
  }
});

test("a conversation's turns and settings reach the model", async (t) => {
  let seen: unknown;
  const service = await runChatService(t, {
    model: { reply: (conversation) => ((seen = conversation), "ok") },
    configuration: { model: { modelId: "amazon.nova-pro-v1:0", systemPrompt: "Be brief.", maxTokens: 5 } },
  });
  const messages = [
    { role: "user", content: "One?" },
    { role: "assistant", content: "One." },
    { role: "user", content: "Two?" },
  ];
  t.like((await readChat(await postStream(service, { messages }))).at(-1), { type: "done" });
  t.like(seen, { system: "Be brief.", turns: { length: 3 } });
  t.is(service.bedrock.requests[0]?.modelId, "amazon.nova-pro-v1:0");
});

for (const [body, headers, status, code] of [
  ["", {}, 400, "invalid_request"],
  ['{"message":1}', {}, 400, "invalid_request"],
  ['{"message":"Hi","maxTokens":4001}', {}, 400, "invalid_request"],
  ['{"message":"Hi"}', { accept: "text/html" }, 406, "not_acceptable"],
  [JSON.stringify({ message: "x".repeat(256 * 1024) }), {}, 413, "payload_too_large"],
  ['{"message":"Hi"}', { "content-type": "text/plain" }, 415, "unsupported_media_type"],
] as const) {
  test(`a request that deserves ${status} gets it: ${body.slice(0, 40)} ${JSON.stringify(headers)}`, async (t) => {
    const service = await runChatService(t);
    const response = await postStream(service, body, headers);
    t.is(response.status, status);
    t.is(response.headers.get("content-type"), "application/json");
    t.like(await response.json(), { error: { code } });
    t.is(service.bedrock.requests.length, 0);
    t.like(await until(() => service.log[0]), { status, outcome: "refused", errorCode: code });
  });
}

test("a body too large is refused when its length is not announced either", async (t) => {
  const service = await runChatService(t);
  const parts = Array.from({ length: 40 }, () => new Uint8Array(8 * 1024).fill(32));
  const response = await fetch(`${service.url}/stream`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: new ReadableStream({
      pull(controller) {
        const part = parts.pop();
        if (part === undefined) controller.close();
        else controller.enqueue(part);
      },
    }),
    duplex: "half",
  });
  t.is(response.status, 413);
});

for (const [exception, status, code] of [
  ["AccessDeniedException", 500, "model_unavailable"],
  ["ResourceNotFoundException", 500, "model_unavailable"],
  ["ThrottlingException", 429, "too_many_requests"],
  ["ServiceUnavailableException", 503, "slow_down"],
  ["ModelTimeoutException", 504, "upstream_timeout"],
] as const) {
  test(`a model that answers with ${exception} makes the answer a ${status}`, async (t) => {
    const service = await runChatService(t);
    service.bedrock.faults.refuse(exception, { times: 3 });
    const response = await postStream(service);
    t.is(response.status, status);
    t.is(response.headers.has("retry-after"), status === 429 || status === 503);
    t.like(await response.json(), { error: { code } });
    const line = await until(() => service.log[0]);
    t.like(line, { errorCode: code, cause: exception });
  });
}

test("a failure under way is the last event, and the log says what failed", async (t) => {
  const service = await runChatService(t);
  service.bedrock.faults.exceptionAfter(3, "modelStreamErrorException");
  const events = await readChat(await postStream(service));
  t.like(events.at(-1), { type: "error", code: "upstream_error" });
  t.like(await until(() => service.log[0]), {
    status: 200,
    outcome: "failed",
    errorCode: "upstream_error",
    cause: "ModelStreamErrorException",
  });
});

test("an answer that is cut off by Bedrock never looks whole", async (t) => {
  const service = await runChatService(t);
  for (const fault of [
    () => service.bedrock.faults.endAfter(4),
    () => service.bedrock.faults.truncateAfter(4),
    () => service.bedrock.faults.breakOffAfter(4),
  ]) {
    fault();
    t.like((await readChat(await postStream(service))).at(-1), { type: "error", code: "upstream_error" });
  }
});

test("200 chats side by side get their own answers", async (t) => {
  const service = await runChatService(t, {
    configuration: { streamsPerTask: 200 },
    model: { reply: ({ turns }) => `${turns[0]?.text} `.repeat(20) },
  });
  const questions = Array.from({ length: 200 }, (_, index) => `n${index}`);
  const answers = await Promise.all(
    questions.map(async (message) => textOf(await readChat(await postStream(service, { message })))),
  );
  t.deepEqual(
    answers,
    questions.map((question) => `${question} `.repeat(20)),
  );
});
