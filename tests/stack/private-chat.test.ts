import test from "ava";
import { readChat, textOf } from "../helpers/chat-client.ts";
import { call, wrongCredentialHeaders } from "./caller.ts";
import { assertRefused, outputs } from "./stack.ts";

/*
 * A stack without `chat` has no private chat API; these tests then say so and pass. Each chat costs a deployed stack a few
 * tokens. Its downloads are among the ways to download.
 */

const { chatApi } = outputs;
const privateChatTest = chatApi === undefined ? test.skip : test;
if (chatApi === undefined) {
  // A deployed stack has what its owner wants; the local cloud of CI has everything.
  if (process.env.CI === "true" && outputs.local) throw new Error("the stack has no private chat API");
  console.log("skipped: this stack has no private chat API (chat is false)");
}

const url = (path: string) => `${chatApi?.url}${path}`;

function postStream(request: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return call(url("/stream"), {
    method: "POST",
    body: JSON.stringify(request),
    headers: { "content-type": "application/json", ...headers },
  });
}

const short = { message: "Say hello.", maxTokens: 20 };

privateChatTest("the outputs name the chat API's routes and the model", (t) => {
  const paths = ["/health", ...(outputs.auth === "iam" ? [] : ["/", "/assets/app.js"])];
  const keyless = paths.flatMap((path) => [`GET ${path}`, `HEAD ${path}`]);
  for (const route of ["ANY /", "ANY /{proxy+}", ...keyless]) {
    t.true(chatApi?.routes.includes(route), route);
  }
  t.true((outputs.model ?? "").length > 0);
});

privateChatTest("anybody may ask whether the service is healthy", async (t) => {
  const response = await fetch(url("/health"));
  t.is(response.status, 200);
  t.deepEqual(await response.json(), { status: "healthy" });
});

privateChatTest("a chat is answered as JSON lines that end in their proof", async (t) => {
  const response = await postStream(short);
  t.is(response.status, 200);
  t.is(response.headers.get("content-type"), "application/x-ndjson");
  const events = await readChat(response);
  t.true(textOf(events).length > 0);
  const done = events.at(-1);
  t.true(done?.type === "done" && Number(done.usage?.outputTokens) <= short.maxTokens);
});

privateChatTest("a chat in Japanese arrives in whole characters", async (t) => {
  const events = await readChat(
    await postStream({ message: "「こんにちは」と言ってください。", maxTokens: 40 }),
  );
  t.regex(textOf(events), /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u);
  t.notRegex(textOf(events), /\uFFFD/);
});

privateChatTest("a chat is answered as server-sent events to whom accepts them", async (t) => {
  const response = await postStream(short, { accept: "text/event-stream" });
  t.is(response.status, 200);
  const text = await response.text();
  t.regex(text, /^event: data$/m);
  t.regex(text, /^event: done$/m);
});

privateChatTest("a client that asks for the rest of an answer is told not to come again", async (t) => {
  const response = await postStream(short, { accept: "text/event-stream", "last-event-id": "1" });
  t.is(response.status, 204);
  t.is(await response.text(), "");
});

privateChatTest("a chat request of another form is refused, with the field and the reason", async (t) => {
  const response = await postStream({ messages: [{ role: "assistant", content: "hi" }] });
  const text = await response.clone().text();
  await assertRefused(t, response, 400, "invalid_request");
  t.regex(text, /messages\[0\]/);
});

privateChatTest("what nobody offers is refused as such", async (t) => {
  await assertRefused(
    t,
    await postStream(short, { "content-type": "text/plain" }),
    415,
    "unsupported_media_type",
  );
  await assertRefused(t, await postStream(short, { accept: "image/png" }), 406, "not_acceptable");
  const wrongMethod = await call(url("/stream"));
  t.is(wrongMethod.headers.get("allow"), "POST");
  await assertRefused(t, wrongMethod, 405, "method_not_allowed");
  await assertRefused(t, await call(url("/nothing")), 404, "not_found");
});

privateChatTest("the page and its parts are there for everybody, unless requests are signed", async (t) => {
  const page = await fetch(url("/"));
  if (outputs.auth === "iam") return assertRefused(t, page, 403, "forbidden");
  t.is(page.status, 200);
  t.regex(page.headers.get("content-type") ?? "", /^text\/html/);
  t.regex(page.headers.get("content-security-policy") ?? "", /default-src 'none'/);
  t.is((await fetch(url("/assets/app.js"))).status, 200);
  // Without credentials nobody is told which paths there are.
  return t.is((await call(url("/assets/nothing.js"))).status, 404);
});

if (outputs.auth !== "none") {
  privateChatTest("no chat without credentials, or with wrong ones", async (t) => {
    const body = JSON.stringify(short);
    await assertRefused(t, await fetch(url("/stream"), { method: "POST", body }), 403, "forbidden");
    const headers = await wrongCredentialHeaders(url("/stream"));
    await assertRefused(t, await fetch(url("/stream"), { method: "POST", body, headers }), 403, "forbidden");
  });
}
