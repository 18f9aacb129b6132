import type { ExecutionContext } from "ava";
import type { BrowserContextOptions, Locator } from "playwright-core";
import { openPage, type TestPage } from "./browser.ts";
import { type PageRequest, type PageServer, startPageServer } from "./page-server.ts";

/** The page, open in a browser, and the API behind it. */
export interface StreamgatePage {
  readonly page: TestPage;
  readonly server: PageServer;
  /** Sends a message, and resolves with the request it makes. */
  readonly ask: (message: string) => Promise<PageRequest>;
  /** Asks for an object, and resolves with the request it makes. */
  readonly fetchObject: (key: string) => Promise<PageRequest>;
  /** The last answer of the conversation. */
  readonly answer: Locator;
  /** Its text. */
  readonly text: Locator;
}

/** Opens the page. That it asks another host for anything fails the test. */
export async function openStreamgatePage(
  t: ExecutionContext,
  options: BrowserContextOptions = {},
): Promise<StreamgatePage> {
  const server = await startPageServer(t);
  const page = await openPage(t, options);
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    const url = request.url().replace(/^blob:/, "");
    if (new URL(url).origin !== new URL(server.url).origin) elsewhere.push(url);
  });
  t.teardown(() => {
    if (elsewhere.length > 0) throw new Error(`the page asked for ${elsewhere.join(", ")}`);
  });
  await page.goto(`${server.url}/`);
  const answer = page.locator(".answer").last();
  return {
    page,
    server,
    async ask(message) {
      await page.getByLabel("Message").fill(message);
      await page.getByRole("button", { name: "Send" }).click();
      return server.next();
    },
    async fetchObject(key) {
      await page.getByLabel("Object key").fill(key);
      await page.getByRole("button", { name: "Download" }).click();
      return server.next();
    },
    answer,
    text: answer.locator("> .text"),
  };
}

/** An event as a JSON line, as a chat's answer consists of. */
export function jsonLine(event: object): string {
  return `${JSON.stringify(event)}\n`;
}

/** The last line of an answer that is whole. */
export const doneLine = jsonLine({
  done: {
    stopReason: "end_turn",
    usage: { inputTokens: 9, outputTokens: 40, totalTokens: 49 },
    latencyMs: 800,
    timeToFirstTokenMs: 90,
  },
});

/** Begins a chat's answer. */
export function beginAnswer(request: PageRequest, ...texts: readonly string[]): void {
  request.respond(200, { "content-type": "application/x-ndjson" });
  for (const text of texts) request.send(jsonLine({ data: text }));
}
