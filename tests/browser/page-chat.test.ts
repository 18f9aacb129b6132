import { type ExecutionContext } from "ava";
import type { Locator } from "playwright-core";
import { browserTest as test } from "../helpers/browser.ts";
import type { PageRequest } from "../helpers/page-server.ts";
import { beginAnswer, doneLine, jsonLine, openStreamgatePage } from "../helpers/streamgate-page.ts";

interface ChatBody {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

function messagesOf(request: PageRequest): string[] {
  return (JSON.parse(request.body) as ChatBody).messages.map(({ role, content }) => `${role}: ${content}`);
}

/** Waits until the element has exactly this text. */
async function shows(t: ExecutionContext, element: Locator, text: string): Promise<void> {
  await element.and(element.page().getByText(text, { exact: true })).waitFor();
  t.is(await element.textContent(), text);
}

test("each token is shown before the next is sent", async (t) => {
  const { ask, answer, text } = await openStreamgatePage(t);
  const request = await ask("How are you?");
  t.is(request.path, "stream");
  t.is(request.headers["content-type"], "application/json");
  t.deepEqual(messagesOf(request), ["user: How are you?"]);

  beginAnswer(request);
  let sent = "";
  for (const token of ["I ", "am ", "fine", ".\n", "こん", "にちは"]) {
    request.send(jsonLine({ data: token }));
    sent += token;
    await text.filter({ hasText: sent.trim() }).waitFor();
    t.is(await text.textContent(), sent);
    t.is(await answer.getAttribute("aria-busy"), "true");
  }
  request.end(doneLine);
  await answer.and(answer.page().locator('[aria-busy="false"]')).waitFor();
  t.is(await text.textContent(), sent);
});

test("a finished answer says how long the first token took and how fast the others came", async (t) => {
  const { ask, answer } = await openStreamgatePage(t);
  const request = await ask("hi");
  beginAnswer(request, "word");
  await answer.getByText(/^\d+\.\d\d s to first token$/).waitFor();
  request.end(doneLine);
  await answer.getByText(/^\d+\.\d\d s to first token · 40 tokens · \d+ tokens\/s$/).waitFor();
  t.false(await answer.locator(".problem").isVisible());
});

test("an answer that comes all at once has no speed", async (t) => {
  const { page, ask, answer } = await openStreamgatePage(t);
  await page.evaluate("performance.now = () => 1");
  const request = await ask("hi");
  beginAnswer(request, "word");
  request.end(doneLine);
  await shows(t, answer.locator(".facts"), "0.00 s to first token · 40 tokens");
});

test("stopping closes the connection, and what has arrived stays", async (t) => {
  const { ask, answer, text, page } = await openStreamgatePage(t);
  const request = await ask("Tell me a story.");
  beginAnswer(request, "Once upon");
  await shows(t, text, "Once upon");
  await page.getByRole("button", { name: "Stop" }).click();
  await request.closed;
  await answer.getByText("stopped").waitFor();
  t.is(await text.textContent(), "Once upon");
  t.false(await answer.locator(".problem").isVisible());

  t.deepEqual(messagesOf(await ask("Go on.")), [
    "user: Tell me a story.",
    "assistant: Once upon",
    "user: Go on.",
  ]);
});

test("an answer can be stopped before it begins", async (t) => {
  const { ask, answer, page } = await openStreamgatePage(t);
  const request = await ask("hi");
  await page.getByRole("button", { name: "Stop" }).click();
  await request.closed;
  await answer.getByText("stopped").waitFor();
  t.is(await page.getByLabel("Message").inputValue(), "hi");
});

test("the conversation so far goes with every question, until a new one is begun", async (t) => {
  const { ask, answer, page } = await openStreamgatePage(t);
  for (const [question, reply] of [
    ["one", "1"],
    ["two", "2"],
  ] as const) {
    const request = await ask(question);
    beginAnswer(request, reply);
    request.end(doneLine);
    await answer.getByText("40 tokens").waitFor();
  }
  const third = await ask("three");
  t.deepEqual(messagesOf(third), ["user: one", "assistant: 1", "user: two", "assistant: 2", "user: three"]);

  await page.getByRole("button", { name: "New chat" }).click();
  await third.closed;
  t.is(await page.locator(".answer").count(), 0);
  t.deepEqual(messagesOf(await ask("four")), ["user: four"]);
});

for (const { status, body, headers = {}, says } of [
  {
    status: 403,
    body: { error: { code: "forbidden", message: "Forbidden" } },
    says: "The API key is missing or not valid. 403 forbidden",
  },
  { status: 401, body: { message: "Unauthorized" }, says: "The API refused the request. 401" },
  {
    status: 429,
    body: { error: { code: "too_many_requests", message: "Too Many Requests" } },
    headers: { "retry-after": "7" },
    says: "Too many requests at once. Try again in 7 s. 429 too_many_requests",
  },
  {
    status: 429,
    body: { error: { code: "quota_exceeded", message: "Spent." } },
    says: "The API key has used up its quota for today. 429 quota_exceeded",
  },
  {
    status: 503,
    body: { error: { code: "slow_down", message: "The model is busy." } },
    headers: { "retry-after": "2" },
    says: "The model is busy. Try again in 2 s. 503 slow_down",
  },
  {
    status: 413,
    body: {
      error: { code: "payload_too_large", message: "At most 262144 bytes are taken as a request body." },
    },
    says: "The message is too long: shorten it. 413 payload_too_large",
  },
  {
    status: 400,
    body: { error: { code: "context_too_long", message: "The conversation is longer than that." } },
    says: "The message is too long: shorten it. 400 context_too_long",
  },
  {
    status: 500,
    body: { error: { code: "model_unavailable", message: "The model is not available to this API." } },
    says: "The model is not available to this API. 500 model_unavailable",
  },
  {
    status: 502,
    body: "<html><b>Bad Gateway</b></html>",
    says: "The service cannot be reached at the moment: try again soon. 502",
  },
  {
    status: 503,
    body: "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
    says: "The service cannot be reached at the moment: try again soon. 503",
  },
  { status: 500, body: "", says: "The API failed. 500" },
] as const) {
  test(`a ${status} is shown as: ${says}`, async (t) => {
    const { ask, answer, page } = await openStreamgatePage(t);
    const request = await ask("hi");
    request.respond(status, headers);
    request.end(typeof body === "string" ? body : JSON.stringify(body));
    await shows(t, answer.locator(".problem"), says);
    t.is(await page.getByLabel("Message").inputValue(), "hi", "ready to be sent again");
    t.deepEqual(messagesOf(await ask("again")), ["user: again"]);
  });
}

const cut = "The connection broke off before the answer was complete. no done event";
for (const [what, finish, says] of [
  ["breaks off", (request: PageRequest) => request.cut(), cut],
  ["ends in good order but without its done event", (request: PageRequest) => request.end(), cut],
  ["ends inside a line", (request: PageRequest) => request.end('{"done":'), cut],
  ["is no JSON", (request: PageRequest) => request.end("<html>\n"), cut],
  [
    "ends in an error event",
    (request: PageRequest) =>
      request.end(jsonLine({ error: { code: "upstream_timeout", message: "The model fell silent." } })),
    "The model fell silent. upstream_timeout",
  ],
] as const) {
  test(`an answer that ${what} is said to be incomplete`, async (t) => {
    const { ask, answer, text } = await openStreamgatePage(t);
    const request = await ask("hi");
    beginAnswer(request, "The half");
    await shows(t, text, "The half");
    finish(request);
    await shows(t, answer.locator(".problem"), says);
    t.is(await text.textContent(), "The half");
    t.deepEqual(messagesOf(await ask("on")), ["user: hi", "assistant: The half", "user: on"]);
  });
}

test("an answer that the page cannot make sense of leaves it ready for the next question", async (t) => {
  const { page, ask } = await openStreamgatePage(t);
  page.expectError(/TypeError/);
  const request = await ask("hi");
  beginAnswer(request);
  request.end("null\n");
  await page.getByRole("button", { name: "Send" }).waitFor();
  beginAnswer(await ask("again"));
  t.pass();
});

test("an API that cannot be reached is said to be so", async (t) => {
  const { answer, page } = await openStreamgatePage(t);
  await page.context().setOffline(true);
  await page.getByLabel("Message").fill("hi");
  await page.keyboard.press("Enter");
  await shows(t, answer.locator(".problem"), "The API could not be reached.");
});

for (const [reason, ending] of [
  ["max_tokens", "ended at the token limit"],
  ["stop_sequence", "ended at a stop sequence"],
  ["model_context_window_exceeded", "ended because the conversation is too long"],
  ["guardrail_intervened", "changed or ended by a guardrail"],
  ["content_filtered", "ended by a content filter"],
  ["a_reason_of_tomorrow", "ended: a reason of tomorrow"],
] as const) {
  test(`an answer that ended for the reason ${reason} says so`, async (t) => {
    const { ask, answer } = await openStreamgatePage(t);
    const request = await ask("hi");
    beginAnswer(request, "word");
    request.end(doneLine.replace("end_turn", reason));
    await answer.getByText(new RegExp(`· ${ending}$`)).waitFor();
    t.pass();
  });
}

test("an answer whose tokens nobody counted says nothing of them", async (t) => {
  const { ask, answer } = await openStreamgatePage(t);
  const request = await ask("hi");
  beginAnswer(request, "word");
  request.end(jsonLine({ done: { stopReason: "end_turn", latencyMs: 1 } }));
  await answer.and(answer.page().locator('[aria-busy="false"]')).waitFor();
  t.regex((await answer.locator(".facts").textContent()) ?? "", /^\d+\.\d\d s to first token$/);
  t.false(await answer.locator(".problem").isVisible());
});

test("a conversation that has grown too long is told from a message that is", async (t) => {
  const { ask, answer } = await openStreamgatePage(t);
  const first = await ask("hi");
  beginAnswer(first, "a long answer ".repeat(10));
  first.end(doneLine);
  await answer.getByText("40 tokens").waitFor();
  for (const [question, says] of [
    ["go on", "The conversation has become too long: begin a new chat. 413 payload_too_large"],
    ["word ".repeat(100), "The message is too long: shorten it. 413 payload_too_large"],
  ] as const) {
    const request = await ask(question);
    request.respond(413);
    request.end(JSON.stringify({ error: { code: "payload_too_large", message: "At most 262144 bytes." } }));
    await shows(t, answer.locator(".problem"), says);
  }
});

test("a very long answer costs no more a token than a short one", async (t) => {
  const { ask, answer, text } = await openStreamgatePage(t);
  const request = await ask("hi");
  const tokens = Array<string>(60_000).fill("word ");
  beginAnswer(request, ...tokens);
  request.end(doneLine);
  await answer.getByText("40 tokens").waitFor();
  t.is((await text.textContent())?.length, tokens.join("").length);
});

test("markup in an answer stays text", async (t) => {
  const { ask, answer, text } = await openStreamgatePage(t);
  const markup = '<img src=x onerror="alert(1)"><script>alert(2)</script><b>bold</b>&amp;';
  const request = await ask(markup);
  beginAnswer(request, ...markup.match(/.{1,7}/g)!);
  request.end(doneLine);
  await answer.getByText("40 tokens").waitFor();
  t.is(await text.textContent(), markup);
  t.is(await text.locator("*").count(), 0);
});

test("what a model thinks before it answers stands apart", async (t) => {
  const { ask, answer, text } = await openStreamgatePage(t);
  const request = await ask("hi");
  request.respond(200);
  request.send(jsonLine({ reasoning: "Let me think." }));
  await answer.getByText("Reasoning").click();
  await answer.getByText("Let me think.").waitFor();
  await answer.getByText(/to first token$/).waitFor();
  request.send(jsonLine({ data: "42" }));
  await shows(t, text, "42");
});
