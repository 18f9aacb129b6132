import { browserTest as test, openPage } from "../helpers/browser.ts";
import { startPageServer } from "../helpers/page-server.ts";
import { beginAnswer, doneLine, openStreamgatePage } from "../helpers/streamgate-page.ts";

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
  await message.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  t.is(await message.inputValue(), "にほんご");
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
    await answer.getByText("tokens/s").waitFor();
    t.is((await text.getAttribute("lang")) ?? "", language);
    t.is(await page.evaluate(`getComputedStyle(${lastText}).direction`), direction);
  }
});

test("a conversation stays at its end while it grows, unless its reader has scrolled away", async (t) => {
  const { page, ask, text } = await openStreamgatePage(t);
  const scroller = page.locator(".scroller");
  const distanceFromEnd = () => page.evaluate("Math.abs(document.querySelector('.scroller').scrollTop)");
  const request = await ask("hi");
  beginAnswer(request, "line\n".repeat(100), "end of one");
  await text.getByText("end of one").waitFor();
  t.is(await distanceFromEnd(), 0);

  await scroller.hover();
  await page.mouse.wheel(0, -300);
  await page.waitForFunction("document.querySelector('.scroller').scrollTop < -200");
  const top = async () => (await text.boundingBox())?.y ?? 0;
  const before = await top();
  request.send(`{"data":"${"line\\n".repeat(50)}end of two"}\n`);
  await text.getByText("end of two").waitFor();
  t.true(Math.abs((await top()) - before) < 1);
});

test("nothing is cut off on the smallest of phones", async (t) => {
  const { page, ask, answer } = await openStreamgatePage(t, { viewport: { width: 320, height: 568 } });
  const request = await ask("x".repeat(200));
  request.respond(503);
  request.end(`{"error":{"code":"slow_down","message":"${"y".repeat(200)}"}}`);
  await answer.locator(".problem").waitFor();
  t.is(await page.evaluate("document.documentElement.scrollWidth"), 320);
});
