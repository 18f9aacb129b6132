import type { Page } from "playwright-core";
import { browserTest as test, openPage } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { beginAnswer, doneLine, jsonLine, openStreamgatePage } from "../helpers/streamgate-page.ts";
import { until } from "../helpers/until.ts";

for (const [path, address] of [
  ["/", "at its address"],
  ["", "at its address without the slash at the end"],
  ["?a=b#c", "at its address without the slash, with a query"],
] as const) {
  test(`the page works under its stage ${address}`, async (t) => {
    const server = await startPageServer(t);
    const page = await openPage(t);
    await page.goto(`${server.url}${path}`);
    await page.getByLabel("Message").fill("hi");
    await page.keyboard.press("Enter");
    t.is((await server.next()).path, "stream");
    t.is(new URL(page.url()).pathname, "/dev/");
  });
}

test("Enter that ends the input of Japanese does not send", async (t) => {
  const { page, server } = await openStreamgatePage(t);
  const message = page.getByLabel("Message");
  await message.fill("にほんご");
  // As Chrome and Firefox tell of it, and as Safari does, where the input has ended by then.
  for (const enter of [{ isComposing: true }, { isComposing: false, keyCode: 229 }]) {
    await message.dispatchEvent("keydown", { key: "Enter", cancelable: true, ...enter });
    t.is(await message.inputValue(), "にほんご");
  }
  t.is(server.waiting, 0);
  await message.press("Enter");
  t.regex((await server.next()).body, /にほんご/);
});

/** The text of the last answer. */
const lastText = `document.querySelector(".answer:last-child > .text")`;

test("Japanese is marked as such, and Hebrew runs from right to left", async (t) => {
  const { page, ask, answer, text } = await openStreamgatePage(t);
  for (const [question, language, direction] of [
    ["今日は何曜日ですか。", "ja", "ltr"],
    ["API Gatewayは、応答を少しずつ届けます。", "ja", "ltr"],
    ["The Japanese for hello is こんにちは, and it is said all day long.", "", "ltr"],
    ["안녕하세요", "ko", "ltr"],
    ["מה שלומך היום?", "", "rtl"],
  ] as const) {
    const request = await ask(question);
    beginAnswer(request, ...question);
    request.end(doneLine);
    await answer.getByText("40 tokens").waitFor();
    t.is((await text.getAttribute("lang")) ?? "", language);
    t.is(await page.evaluate(`getComputedStyle(${lastText}).direction`), direction);
  }
});

const scroller = `document.querySelector("#conversation")`;

/** Resolves once the conversation is as many pixels from its end as `isRight` wants. */
function untilFromEnd(page: Page, isRight: (pixels: number) => boolean): Promise<true> {
  const distance = `${scroller}.scrollHeight - ${scroller}.clientHeight - ${scroller}.scrollTop`;
  return until(async () => isRight(await page.evaluate<number>(distance)));
}

const isAtEnd = (pixels: number) => pixels < 2;
/** Where a turn of the wheel by 300 pixels ends: browsers let it glide. */
const isAway = (pixels: number) => pixels > 299;

for (const [browser, anchoring] of [
  ["anchors what is read", "auto"],
  ["does not, as Safari", "none"],
] as const) {
  test(`a conversation stays at its end unless its reader scrolls up, in a browser that ${browser}`, async (t) => {
    const { page, ask, text } = await openStreamgatePage(t);
    await page.evaluate(`${scroller}.style.overflowAnchor = "${anchoring}"`);
    const say = async (words: string) => {
      request.send(jsonLine({ data: `${"line\n".repeat(50)}${words}` }));
      await text.getByText(words).waitFor();
    };
    const request = await ask("hi");
    beginAnswer(request);
    for (const words of ["end of one", "end of two", "end of three"]) {
      await say(words);
      await untilFromEnd(page, isAtEnd);
    }

    await page.locator("#conversation").hover();
    await page.mouse.wheel(0, -300);
    await untilFromEnd(page, isAway);
    const top = async () => (await text.boundingBox())?.y ?? 0;
    const before = await top();
    await say("end of four");
    // The wheel may have had a pixel left to glide; a line is 20 and more.
    t.true(Math.abs((await top()) - before) < 5, "what is read stays where it is");

    await page.mouse.wheel(0, 10_000);
    await untilFromEnd(page, isAtEnd);
    await say("end of five");
    await untilFromEnd(page, isAtEnd);
  });
}

test("a question is shown, however far its reader has scrolled up", async (t) => {
  const { page, ask, answer } = await openStreamgatePage(t);
  const request = await ask("hi");
  beginAnswer(request, "line\n".repeat(100));
  request.end(doneLine);
  await answer.getByText("40 tokens").waitFor();
  await page.locator("#conversation").hover();
  await page.mouse.wheel(0, -300);
  await untilFromEnd(page, isAway);
  await ask("and then?");
  await untilFromEnd(page, isAtEnd);
  t.is(await page.evaluate("document.documentElement.scrollHeight - innerHeight"), 0, "the page stays");
});

test("nothing is cut off on the smallest of phones", async (t) => {
  const { page, ask, answer } = await openStreamgatePage(t, { viewport: { width: 320, height: 568 } });
  const request = await ask("x".repeat(200));
  request.respond(503);
  request.end(`{"error":{"code":"slow_down","message":"${"y".repeat(200)}"}}`);
  await answer.locator(".problem").waitFor();
  t.is(await page.evaluate("document.documentElement.scrollWidth"), 320);
});
