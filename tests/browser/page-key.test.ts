import { browserTest as test } from "../helpers/browser.ts";
import { beginAnswer, openStreamgatePage } from "../helpers/streamgate-page.ts";

const KEY = "a-key-with-20-characters";

test("the key goes with every request as a header, and without one there is no header", async (t) => {
  const { page, ask, fetchObject } = await openStreamgatePage(t);
  const keyless = await ask("hi");
  t.false("x-api-key" in keyless.headers);
  beginAnswer(keyless);
  keyless.end();

  await page.getByLabel("API key").fill(` ${KEY}\t`);
  for (const request of [await ask("hi"), await fetchObject("a.bin")]) {
    t.is(request.headers["x-api-key"], KEY);
    t.notRegex(request.path, /key/);
    t.notRegex(request.body, new RegExp(KEY));
  }
});

test("the key stays in its tab: not in the URL, a cookie, or storage that other tabs share", async (t) => {
  const { page, server } = await openStreamgatePage(t);
  await page.getByLabel("API key").fill(KEY);
  await page.reload();
  t.is(await page.getByLabel("API key").inputValue(), KEY);
  t.is(page.url(), `${server.url}/`);
  t.is(await page.evaluate(() => localStorage.length), 0);
  t.deepEqual(await page.context().cookies(), []);
  t.deepEqual(await page.evaluate<string[]>("Object.values(sessionStorage)"), [KEY]);

  const otherTab = await page.context().newPage();
  await otherTab.goto(page.url());
  t.is(await otherTab.getByLabel("API key").inputValue(), "");
});

test("a key with characters that no header can carry is refused without a request", async (t) => {
  const { page, server, answer } = await openStreamgatePage(t);
  await page.getByLabel("API key").fill("schlüssel");
  await page.getByLabel("Message").fill("hi");
  await page.keyboard.press("Enter");
  await answer.getByText("The API key has characters in it that no key has.").waitFor();
  t.is(await page.getByLabel("API key").getAttribute("aria-invalid"), "true");
  t.is(server.waiting, 0);
});

test("a key that the API refuses is marked until it is changed", async (t) => {
  const { page, ask, answer } = await openStreamgatePage(t);
  const field = page.getByLabel("API key");
  await field.fill("wrong");
  const request = await ask("hi");
  request.respond(403);
  request.end('{"error":{"code":"forbidden","message":"Forbidden"}}');
  await answer.getByText("The API key is missing or not valid.").waitFor();
  t.is(await field.getAttribute("aria-invalid"), "true");
  await field.fill("better");
  t.is(await field.getAttribute("aria-invalid"), null);
});
