import test from "ava";
import type { ChatEvent, ChatRequest } from "../../../contract/chat.ts";
import { openChatAnswer, type ChatService } from "../../../core/chat-http/index.ts";
import { Refusal } from "../../../core/refusal.ts";
import { done } from "../../helpers/chat-events.ts";

const signal = new AbortController().signal;
const headers = { "content-type": "application/json" };
const body = Buffer.from('{"message":"Hi"}');

async function* answer(): AsyncGenerator<ChatEvent> {
  yield { type: "heartbeat" };
  yield { type: "text", text: "a\uD83D" };
  yield { type: "text", text: "" };
  yield { type: "text", text: "\uDE00" };
  yield await Promise.resolve(done);
}

const service: ChatService = { openChat: () => Promise.resolve(answer()), maxTokens: 100 };
const neverOpened: ChatService = {
  openChat: () => Promise.reject(new Error("opened")),
  maxTokens: 100,
};

test("an answer says what it is, that it is not to be kept, and what it depends on", async (t) => {
  for (const [accept, mediaType] of [
    ["*/*", "application/x-ndjson"],
    ["text/event-stream", "text/event-stream"],
  ] as const) {
    const { status, headers: sent } = await openChatAnswer(
      { headers: { ...headers, accept }, body },
      service,
      signal,
      () => {},
    );
    t.is(status, 200);
    t.deepEqual(sent, {
      "Cache-Control": "no-store",
      "Content-Type": mediaType,
      Vary: "Accept",
      "X-Accel-Buffering": "no",
      "X-Content-Type-Options": "nosniff",
    });
  }
});

test("every event that has something to show is a chunk of its own, and all are told of", async (t) => {
  const seen: ChatEvent["type"][] = [];
  const { body: chunks = [] } = await openChatAnswer({ headers, body }, service, signal, ({ type }) =>
    seen.push(type),
  );
  const texts: string[] = [];
  for await (const chunk of chunks) texts.push(Buffer.from(chunk).toString());
  t.deepEqual(texts.slice(0, 3), [" ", '{"data":"a"}\n', '{"data":"😀"}\n']);
  t.regex(texts[3] ?? "", /^\{"done":/);
  t.is(texts.length, 4);
  t.deepEqual(seen, ["heartbeat", "text", "text", "text", "done"]);
});

test("the model is asked what the caller asked, with the caller's signal", async (t) => {
  const asked: [ChatRequest, AbortSignal][] = [];
  const openChat: ChatService["openChat"] = (...call) => {
    asked.push(call);
    return Promise.resolve(answer());
  };
  await openChatAnswer({ headers, body }, { openChat, maxTokens: 100 }, signal, () => {});
  t.deepEqual(asked[0]?.[0], { messages: [{ role: "user", content: "Hi" }] });
  t.is(asked[0]?.[1], signal);
});

for (const accept of ["text/event-stream", "*/*"]) {
  test(`a client that asks for the rest of an answer, accepting ${accept}, is told not to come again`, async (t) => {
    const request = { headers: { ...headers, accept, "last-event-id": "7" }, body };
    t.deepEqual(await openChatAnswer(request, neverOpened, signal, () => {}), {
      status: 204,
      headers: { "Cache-Control": "no-store" },
    });
  });
}

test("a Last-Event-ID without a value is that of a first request", async (t) => {
  const request = { headers: { ...headers, "last-event-id": "" }, body };
  t.is((await openChatAnswer(request, service, signal, () => {})).status, 200);
});

for (const [request, code] of [
  [{ headers: {}, body }, "unsupported_media_type"],
  [{ headers: { ...headers, accept: "text/html" }, body }, "not_acceptable"],
  [{ headers, body: Buffer.alloc(300_000) }, "payload_too_large"],
  [{ headers, body: Buffer.from('{"message":"Hi","maxTokens":101}') }, "invalid_request"],
] as const) {
  test(`a request refused with ${code} never reaches the model`, async (t) => {
    const refusal = await t.throwsAsync(
      openChatAnswer(request, neverOpened, signal, () => {}),
      {
        instanceOf: Refusal,
      },
    );
    t.is(refusal.code, code);
  });
}

test("a model that refuses is passed on", async (t) => {
  const refusal = new Refusal("too_many_requests", "Wait.", { headers: { "Retry-After": "2" } });
  const openChat = () => Promise.reject(refusal);
  t.is(
    await t.throwsAsync(openChatAnswer({ headers, body }, { openChat, maxTokens: 1 }, signal, () => {})),
    refusal,
  );
});

test("reading no further closes the events", async (t) => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<ChatEvent> {
    try {
      for (;;) yield await Promise.resolve<ChatEvent>({ type: "text", text: "a" });
    } finally {
      isClosed = true;
    }
  }
  const openChat = () => Promise.resolve(endless());
  const { body: chunks = [] } = await openChatAnswer(
    { headers, body },
    { openChat, maxTokens: 1 },
    signal,
    () => {},
  );
  for await (const chunk of chunks) {
    t.is(Buffer.from(chunk).toString(), '{"data":"a"}\n');
    break;
  }
  t.true(isClosed);
});
