import test from "ava";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChatEvent, ChatRequest } from "../../../contract/chat.ts";
import { NdjsonDecoder } from "../../../contract/ndjson.ts";
import { ReaderGoneError } from "../../../core/reader-gone-error.ts";
import { Refusal } from "../../../core/refusal.ts";
import { decodeAll, done, failure } from "../../helpers/chat-events.ts";
import { chatEvent, startChatFunction } from "../../helpers/invoke-chat.ts";
import { until } from "../../helpers/until.ts";

const text = (value: string): ChatEvent => ({ type: "text", text: value });
const line = (value: string) => `{"data":${JSON.stringify(value)}}\n`;

test("an answer is sent as JSON lines, and the handler resolves", async (t) => {
  const { events, invoke, log } = startChatFunction();
  const { stream, done: ended } = invoke();
  events.emit(text("日"), text("本"), done);
  t.is(await ended, undefined);
  const { metadata, payload } = stream.response();
  t.is(metadata.statusCode, 200);
  t.is(metadata.headers?.["Content-Type"], "application/x-ndjson");
  t.deepEqual(decodeAll(new NdjsonDecoder(), [payload]), [text("日"), text("本"), done]);
  t.true(stream.ended);
  t.is(log.length, 1);
  t.like(log[0], {
    requestId: "gateway-request",
    lambdaRequestId: "lambda-request",
    method: "POST",
    status: 200,
    outcome: "handed_over",
    bytesHandedOver: payload.length,
    stopReason: "end_turn",
    inputTokens: 3,
    outputTokens: 2,
    timeToFirstTokenMilliseconds: 7,
  });
});

test("an answer is sent as server-sent events to who accepts nothing else", async (t) => {
  const { events, invoke } = startChatFunction();
  const { stream, done: ended } = invoke(chatEvent({ headers: { ACCEPT: "text/event-stream" } }));
  events.emit(text("a"), done);
  t.is(await ended, undefined);
  const { metadata, payload } = stream.response();
  t.is(metadata.headers?.["Content-Type"], "text/event-stream");
  t.regex(String(payload), /^retry: \d+\nevent: data\ndata: a\n\nevent: done\ndata: /);
});

test("every event is written before the next is there", async (t) => {
  const { events, invoke } = startChatFunction();
  const { stream, done: ended } = invoke();
  let sent = "";
  for (const value of ["a", "b", "c"]) {
    events.emit(text(value));
    sent += line(value);
    await stream.payloadOf(sent.length);
    t.is(String(stream.response().payload), sent);
  }
  events.emit({ type: "heartbeat" });
  await stream.payloadOf(sent.length + 1);
  t.is(String(stream.response().payload), `${sent} `);
  events.emit(done);
  t.is(await ended, undefined);
});

test("nothing is sent before the model has begun to answer", async (t) => {
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  async function* answer(): AsyncGenerator<ChatEvent> {
    yield await Promise.resolve(done);
  }
  const { invoke } = startChatFunction({ openChat: () => begun.then(answer) });
  const { stream, done: ended } = invoke();
  await nextTurn();
  t.is(stream.written.length, 0);
  begin();
  t.is(await ended, undefined);
  t.is(stream.response().metadata.statusCode, 200);
});

test("a body in base64 is read as one in text is", async (t) => {
  const asked: ChatRequest[] = [];
  const { invoke } = startChatFunction({
    openChat: (request) => {
      asked.push(request);
      return Promise.reject(new Refusal("upstream_error"));
    },
  });
  const body = '{"message":"日本"}';
  await invoke(chatEvent({ body })).done;
  await invoke(chatEvent({ body: Buffer.from(body).toString("base64"), isBase64Encoded: true })).done;
  t.is(asked[0]?.messages[0]?.content, "日本");
  t.deepEqual(asked[1], asked[0]);
});

test("a caller's own U+FFFD reaches the model", async (t) => {
  const asked: ChatRequest[] = [];
  const { invoke } = startChatFunction({
    openChat: (request) => {
      asked.push(request);
      return Promise.reject(new Refusal("upstream_error"));
    },
  });
  const body = '{"message":"\uFFFD"}';
  await invoke(chatEvent({ body })).done;
  await invoke(chatEvent({ body, headers: { "Content-Length": String(Buffer.byteLength(body)) } })).done;
  t.deepEqual(
    asked.map(({ messages }) => messages[0]?.content),
    ["\uFFFD", "\uFFFD"],
  );
});

for (const [event, status, code] of [
  [chatEvent({ body: null }), 400, "invalid_request"],
  [chatEvent({ body: '{"message":"Hi","maxTokens":101}' }), 400, "invalid_request"],
  [chatEvent({ body: "/w==", isBase64Encoded: true }), 400, "invalid_request"],
  // One byte that is no UTF-8, as API Gateway hands it on.
  [chatEvent({ body: '{"message":"\uFFFD"}', headers: { "Content-Length": "15" } }), 400, "invalid_request"],
  [chatEvent({ headers: { Accept: "text/html" } }), 406, "not_acceptable"],
  [chatEvent({ body: JSON.stringify({ message: "日".repeat(90_000) }) }), 413, "payload_too_large"],
  [chatEvent({ headers: { "Content-Type": "text/plain" } }), 415, "unsupported_media_type"],
] as const) {
  test(`a request that deserves ${status} ${code} gets it: ${event.body?.slice(0, 40) ?? "(none)"}`, async (t) => {
    const openChat = () => Promise.reject(new Error("asked"));
    const { invoke, log } = startChatFunction({ openChat });
    const { stream, done: ended } = invoke(event);
    t.is(await ended, undefined);
    const { metadata, payload } = stream.response();
    t.is(metadata.statusCode, status);
    t.is(metadata.headers?.["Content-Type"], "application/json");
    t.like(JSON.parse(String(payload)), { error: { code } });
    t.like(log[0], { status, outcome: "refused", errorCode: code });
  });
}

test("a model that refuses is answered with its status and Retry-After", async (t) => {
  const cause = Object.assign(new Error("words of Bedrock"), { name: "ThrottlingException" });
  const refusal = new Refusal("too_many_requests", "Wait.", { headers: { "Retry-After": "5" }, cause });
  const { invoke, log } = startChatFunction({ openChat: () => Promise.reject(refusal) });
  const { stream, done: ended } = invoke();
  t.is(await ended, undefined);
  const { metadata, payload } = stream.response();
  t.is(metadata.statusCode, 429);
  t.is(metadata.headers?.["Retry-After"], "5");
  t.is(String(payload), '{"error":{"code":"too_many_requests","message":"Wait."}}');
  t.like(log[0], { outcome: "refused", errorCode: "too_many_requests", cause: "ThrottlingException" });
});

test("a fault of ours is a 500 that tells nothing, and the log says where it is", async (t) => {
  const { invoke, log } = startChatFunction({ openChat: () => Promise.reject(new TypeError("secret")) });
  const { stream, done: ended } = invoke();
  t.is(await ended, undefined);
  t.is(String(stream.response().payload), '{"error":{"code":"internal_error","message":"The API failed."}}');
  t.like(log[0], { outcome: "failed", errorCode: "internal_error", cause: "TypeError" });
  t.true((log[0]?.stack?.length ?? 0) > 0);
});

test("an error under way is the last event of an answer that ends properly", async (t) => {
  const { events, invoke, log } = startChatFunction();
  const { stream, done: ended } = invoke();
  events.emit(text("a"), failure);
  t.is(await ended, undefined);
  t.true(stream.ended);
  t.deepEqual(decodeAll(new NdjsonDecoder(), [stream.response().payload]), [text("a"), failure]);
  t.like(log[0], { status: 200, outcome: "failed", errorCode: "upstream_error" });
});

test("events that fail in another way make the handler throw, and the answer has no end", async (t) => {
  const { events, invoke, log } = startChatFunction();
  const { stream, done: ended } = invoke();
  events.emit(text("a"));
  events.fail(new TypeError("secret"));
  t.true((await ended) instanceof TypeError);
  t.false(stream.ended);
  t.is(String(stream.response().payload), line("a"));
  t.like(log[0], { status: 200, outcome: "broken_off", errorCode: "internal_error", cause: "TypeError" });
});

test("a reader who is behind is waited for, and the model with it", async (t) => {
  const { events, invoke } = startChatFunction();
  const { stream, done: ended } = invoke();
  stream.paused = true;
  events.emit(text("a"), text("b"), done);
  await stream.payloadOf(line("a").length);
  await nextTurn();
  t.is(String(stream.response().payload), line("a"));
  stream.drain();
  t.is(await ended, undefined);
  t.true(stream.ended);
});

test("a reader who takes nothing for too long stops the model, and the runtime is ended", async (t) => {
  const { events, invoke, log } = startChatFunction({
    readerPatienceMilliseconds: 20,
    failureGraceMilliseconds: 20,
  });
  const { stream, done: ended } = invoke();
  stream.paused = true;
  events.emit(text("a"));
  t.true((await ended) instanceof ReaderGoneError);
  t.true(events.signal?.aborted);
  t.true(events.isClosed);
  t.like(log[0], { outcome: "abandoned", cause: "reader_stalled" });
  await until(() => stream.destroyed);
});

test("a reader who leaves while the model is silent stops the model", async (t) => {
  const { events, invoke, log } = startChatFunction();
  const { stream, done: ended } = invoke();
  events.emit(text("a"));
  await stream.payloadOf(line("a").length);
  stream.close();
  t.true((await ended) instanceof ReaderGoneError);
  t.true(events.signal?.aborted);
  t.true(events.isClosed);
  t.like(log[0], { outcome: "abandoned", cause: "reader_closed" });
});

test("the log holds nothing of what was asked, answered or sent along", async (t) => {
  const { events, invoke, log } = startChatFunction();
  const body = '{"message":"canary","system":"canary","stopSequences":["canary"]}';
  const { done: ended } = invoke(chatEvent({ body, headers: { "x-api-key": "canary" } }));
  events.emit(text("canary"), { type: "reasoning", text: "canary" }, { ...failure, message: "canary" });
  await ended;
  await invoke(chatEvent({ body: '{"canary":1}' })).done;
  await invoke(chatEvent({ body: "canary" })).done;
  t.is(log.length, 3);
  t.notRegex(JSON.stringify(log), /canary/);
});
