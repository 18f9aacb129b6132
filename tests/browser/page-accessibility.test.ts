import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { BrowserContextOptions } from "playwright-core";
import { browserTest as test } from "../helpers/browser.ts";
import { beginAnswer, doneLine, openStreamgatePage } from "../helpers/streamgate-page.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ["in the light", { colorScheme: "light" }],
  ["in the dark", { colorScheme: "dark" }],
  ["on a phone", phone],
  ["on a phone in the dark", { ...phone, colorScheme: "dark" }],
  [
    "with more contrast, in forced colours and without motion",
    { forcedColors: "active", reducedMotion: "reduce" },
  ],
];

for (const [how, options] of looks) {
  test(`axe finds nothing wrong with the page ${how}`, async (t) => {
    const { page, ask, answer, text, fetchObject } = await openStreamgatePage(t, options);
    const violations = async () => {
      const { violations } = await page.evaluate<AxeResults>(`${axe}; axe.run()`);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    };
    t.deepEqual(await violations(), []);

    const whole = await ask("hi");
    beginAnswer(whole, "word");
    whole.end(doneLine);
    await answer.getByText("40 tokens").waitFor();
    const broken = await ask("hi");
    beginAnswer(broken, "half");
    await text.getByText("half").waitFor();
    broken.cut();
    await answer.locator(".problem").waitFor();
    beginAnswer(await ask("hi"), "under way");
    await text.getByText("under way").waitFor();
    const download = await fetchObject("a.txt");
    download.respond(200, { "x-object-size": "5" });
    download.end("hello");
    await page.locator("#receipt").waitFor();
    t.deepEqual(await violations(), []);
  });
}

test("everything can be done by keyboard, and the focus is never lost", async (t) => {
  const { page, server, text } = await openStreamgatePage(t);
  const focused = () => page.evaluate("document.activeElement.id || document.activeElement.className");
  const tabTo = async (id: string) => {
    await page.keyboard.press("Tab");
    t.is(await focused(), id);
  };
  await tabTo("api-key");
  await page.keyboard.type("key");
  await tabTo("conversation");
  await tabTo("message");
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  await tabTo("send");
  await page.keyboard.press("Enter");
  const request = await server.next();
  t.regex(request.body, /"one\\ntwo"/);
  beginAnswer(request, "word");
  await text.getByText("word").waitFor();
  t.is(await focused(), "stop-answer");
  await page.keyboard.press("Enter");
  await request.closed;
  await page.locator("#send:focus").waitFor();

  await tabTo("object-key");
  await page.keyboard.type("a.txt");
  await page.keyboard.press("Enter");
  const download = await server.next();
  await tabTo("stop-download");
  await page.keyboard.press("Space");
  await download.closed;
  await page.locator("#start-download:focus").waitFor();
});

test("a screen reader is told of an answer once, as a whole", async (t) => {
  const { page, ask, text } = await openStreamgatePage(t);
  const request = await ask("hi");
  const status = page.locator("#chat-status");
  beginAnswer(request, "One ", "word ", "after ");
  await text.getByText("One word after").waitFor();
  t.is(await status.textContent(), "Waiting for the answer.");
  request.end(`{"data":"another."}\n${doneLine}`);
  await status.getByText("One word after another.").waitFor();
  t.is(await page.locator("#turns [aria-live], #turns[aria-live]").count(), 0);
});

test("nothing moves for those who do not want it to", async (t) => {
  for (const [reducedMotion, animation] of [
    ["reduce", "none"],
    ["no-preference", "breathe"],
  ] as const) {
    const { page, ask, text } = await openStreamgatePage(t, { reducedMotion });
    beginAnswer(await ask("hi"), "word");
    await text.getByText("word").waitFor();
    t.is(
      await page.evaluate(
        `getComputedStyle(document.querySelector(".answer > .text"), "::after").animationName`,
      ),
      animation,
    );
  }
});
