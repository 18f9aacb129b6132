import test from "ava";
import { readChat, textOf } from "../helpers/chat-client.ts";
import { call, wrongCredentialHeaders } from "./caller.ts";
import { assertRefused, outputs } from "./stack.ts";

/*
 * A stack without `lambdaChat` has no such route; these tests then say so and pass. Each chat costs a deployed stack a few
 * tokens.
 */

const hasChat = outputs.downloadApi.routes.includes("POST /chat");
const chatTest = hasChat ? test : test.skip;
if (!hasChat) console.log("skipped: this stack has no POST /chat (lambdaChat is false)");

const url = `${outputs.downloadApi.url}/chat`;

function postChat(request: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return call(url, {
    method: "POST",
    body: JSON.stringify(request),
    headers: { "content-type": "application/json", ...headers },
  });
}

const short = { message: "Say hello.", maxTokens: 20 };

chatTest("the outputs name the model", (t) => {
  t.truthy(outputs.model);
});

chatTest("a chat is answered as JSON lines that end in their proof", async (t) => {
  const response = await postChat(short);
  t.is(response.status, 200);
  const events = await readChat(response);
  t.true(textOf(events).length > 0);
  const done = events.at(-1);
  t.true(done?.type === "done" && Number(done.usage?.outputTokens) <= short.maxTokens);
});

chatTest("a chat is answered as server-sent events to whom accepts them", async (t) => {
  const response = await postChat(short, { accept: "text/event-stream" });
  t.is(response.status, 200);
  const text = await response.text();
  t.regex(text, /^event: data$/m);
  t.regex(text, /^event: done$/m);
});

chatTest("a client that asks for the rest of an answer is told not to come again", async (t) => {
  const response = await postChat(short, { accept: "text/event-stream", "last-event-id": "1" });
  t.is(response.status, 204);
  t.is(await response.text(), "");
});

chatTest("a chat request of another form is refused, with the field and the reason", async (t) => {
  const response = await postChat({ messages: [{ role: "assistant", content: "hi" }] });
  const text = await response.clone().text();
  await assertRefused(t, response, 400, "invalid_request");
  t.regex(text, /messages\[0\]/);
});

if (outputs.auth !== "none") {
  chatTest("no chat without credentials, or with wrong ones", async (t) => {
    const body = JSON.stringify(short);
    await assertRefused(t, await fetch(url, { method: "POST", body }), 403, "forbidden");
    const headers = await wrongCredentialHeaders(url);
    await assertRefused(t, await fetch(url, { method: "POST", body, headers }), 403, "forbidden");
  });
}
