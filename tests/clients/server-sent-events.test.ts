import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { EventSource } from "eventsource";
import { browserTest, openPage } from "../helpers/browser.ts";
import { startCuttingProxy } from "../helpers/cutting-proxy.ts";
import { documentFunction } from "../helpers/document-code.ts";
import { runChatService, type TestChatService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

/*
 * Clients of server-sent events connect again by themselves when an answer is over, however it ended. None may be given, and
 * have its operator pay for, a second answer.
 */

/** How an answer ends. */
const endings = ["done", "error", "cut"] as const;

type Ending = (typeof endings)[number];

const REPLY = "one two three four five ".repeat(40).trim();

/** Head and first events; the answer is longer. */
const BYTES_BEFORE_CUT = 1_500;

/** Clients wait 3 s where nobody tells them otherwise: npm's eventsource, Chromium, and others too. */
const USUAL_RETRY_MILLISECONDS = 3_000;

const asChat = (init: RequestInit | undefined, headers: Readonly<Record<string, string>> = {}) => ({
  ...init,
  method: "POST",
  headers: { ...(init?.headers as Record<string, string>), ...headers, "content-type": "application/json" },
  body: '{"message":"Hi"}',
});

/** A chat service whose answers end so, and the way to it. */
async function serve(t: ExecutionContext, ending: Ending): Promise<TestChatService & { origin: string }> {
  const service = await runChatService(t, { model: { reply: () => REPLY } });
  if (ending === "error") service.bedrock.faults.exceptionAfter(9, "modelStreamErrorException");
  const cut = ending === "cut" ? BYTES_BEFORE_CUT : undefined;
  const { origin } = await startCuttingProxy(t, service.url, () => cut);
  return { ...service, origin };
}

for (const ending of endings) {
  test.serial(`npm's eventsource does not ask again after an answer that ends in: ${ending}`, async (t) => {
    const { origin, bedrock } = await serve(t, ending);
    const delays = recordDelays(t);
    const source = new EventSource(`${origin}/stream`, { fetch: (url, init) => fetch(url, asChat(init)) });
    t.teardown(() => source.close());
    const seen = new Set<string>();
    for (const name of ["data", "done"]) source.addEventListener(name, () => seen.add(name));
    await new Promise<void>((resolve) => {
      // The answer's own error event has data, and comes before the connection's end.
      source.addEventListener("error", (event) => {
        if ("data" in event) seen.add("error");
        else resolve();
      });
    });
    t.deepEqual([...seen], ending === "cut" ? ["data"] : ["data", ending]);
    t.true(delays.has(2 ** 31 - 1), `it waits for ${[...delays].join()} ms`);
    t.is(bedrock.requests.length, 1);
  });
}

/** The delays of all timers set from now on. */
function recordDelays(t: ExecutionContext): ReadonlySet<unknown> {
  const delays = new Set<unknown>();
  const { setTimeout: setTimer } = globalThis;
  const recording = (...[work, delay, ...rest]: Parameters<typeof setTimer>) => {
    delays.add(delay);
    return setTimer(work, delay, ...rest);
  };
  globalThis.setTimeout = Object.assign(recording, setTimer);
  t.teardown(() => (globalThis.setTimeout = setTimer));
  return delays;
}

test("npm's eventsource closes when it asks for the rest of an answer", async (t) => {
  const service = await serve(t, "done");
  const source = new EventSource(`${service.url}/stream`, {
    fetch: (url, init) => fetch(url, asChat(init, { "last-event-id": "7" })),
  });
  await new Promise((resolve) => source.addEventListener("error", resolve));
  t.is(source.readyState, source.CLOSED);
  t.is(service.bedrock.requests.length, 0);
});

/** Makes a chat of each GET, as a server in front does for a browser's EventSource, which can do no other. */
async function startBackend(t: ExecutionContext): Promise<{ url: string; requests: Ending[] }> {
  const requests: Ending[] = [];
  const services = Object.fromEntries(
    await Promise.all(endings.map(async (name) => [name, await serve(t, name)] as const)),
  );
  const server = createServer(async (request, response) => {
    const [, name = ""] = /^\/events\/(\w+)/.exec(request.url ?? "") ?? [];
    if (!(name in services)) {
      response.writeHead(200, { "content-type": "text/html" });
      response.end('<!doctype html><link rel="icon" href="data:," />');
      return;
    }
    requests.push(name as Ending);
    const resumed = new URL(request.url ?? "", "http://x").searchParams.has("resumed");
    const answer = await fetch(
      `${services[name]?.origin}/stream`,
      asChat({ headers: { accept: "text/event-stream" } }, resumed ? { "last-event-id": "7" } : {}),
    );
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "" });
    try {
      for await (const chunk of answer.body ?? []) response.write(chunk);
      response.end();
    } catch {
      response.destroy();
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

browserTest("Chromium's EventSource does not ask again, however an answer ends", async (t) => {
  const { url, requests } = await startBackend(t);
  const page = await openPage(t);
  await page.goto(url);
  await page.evaluate(`window.seen = {};
    for (const name of ${JSON.stringify([...endings, "done?resumed"])}) {
      const source = new EventSource("/events/" + name);
      const seen = (window.seen[name] = []);
      for (const type of ["data", "done"]) source.addEventListener(type, () => seen.push(type));
      source.addEventListener("error", ({ data }) => seen.push(data ? "error" : "state " + source.readyState));
    }`);
  const seen = () => page.evaluate<Record<string, string[]>>("window.seen");
  await until(async () => Object.values(await seen()).every((events) => /state/.test(events.join())));
  await sleep(USUAL_RETRY_MILLISECONDS + 1_000);
  const { done = [], error = [], cut = [], "done?resumed": resumed } = await seen();
  t.deepEqual([done.at(-2), done.at(-1)], ["done", "state 0"]);
  t.deepEqual([error.at(-2), error.at(-1)], ["error", "state 0"]);
  t.deepEqual([cut.at(0), cut.at(-1)], ["data", "state 0"]);
  t.deepEqual(resumed, ["state 2"], "204: closed for good");
  t.deepEqual(requests.toSorted(), ["cut", "done", "done", "error"]);
});

type OpenChat = (
  url: string,
  headers: object,
  message: string,
  onText: (text: string) => void,
) => Promise<object>;

for (const ending of endings) {
  test(`the documented reader with npm's eventsource tells an answer that ends in: ${ending}`, async (t) => {
    const { origin, bedrock } = await serve(t, ending);
    const openChat = documentFunction<OpenChat>("docs/reading-a-chat.md", "openChat", { EventSource });
    let text = "";
    const chat = openChat(`${origin}/stream`, {}, "Hi", (piece) => (text += piece));
    if (ending === "done") {
      t.like(await chat, { stopReason: "end_turn" });
      t.is(text, REPLY);
    } else {
      await t.throwsAsync(chat, { message: ending === "cut" ? "The answer was cut." : /model/ });
      t.true(text.length > 0 && text.length < REPLY.length);
    }
    t.is(bedrock.requests.length, 1);
  });
}
