import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { makeSampleFiles } from "../../local/cli/sample-files.ts";
import { browserTest as test, openPage, type TestPage } from "../helpers/browser.ts";
import { startTestCloud, type TestCloud, type TestCloudOptions } from "../helpers/local-cloud.ts";
import { until } from "../helpers/until.ts";

const atOnce = { firstTokenMilliseconds: 0, tokensPerSecond: 0 };

/** The page as the container serves it, through gateway, VPC link and load balancer, with the key entered. */
async function openWholePath(
  t: ExecutionContext,
  options: TestCloudOptions = {},
): Promise<{ cloud: TestCloud; page: TestPage }> {
  const cloud = await startTestCloud(t, {
    chat: true,
    model: atOnce,
    ...options,
    config: ["chatMinTasks=1", ...(options.config ?? [])],
  });
  const page = await openPage(t);
  await page.goto(cloud.outputs.chatApi?.url ?? "");
  if (cloud.outputs.auth === "apiKey") await page.getByLabel("API key").fill(cloud.outputs.apiKey);
  return { cloud, page };
}

async function ask(page: TestPage, question: string): Promise<void> {
  await page.getByLabel("Message").fill(question);
  await page.getByRole("button", { name: "Send" }).click();
}

test("tokens appear one by one, stopping stops the model, and the conversation goes on", async (t) => {
  const reply = "word ".repeat(20);
  const { cloud, page } = await openWholePath(t, { model: { ...atOnce, reply: () => reply } });
  const text = page.locator(".answer > .text").last();
  const shown = async () => (await text.textContent()) ?? "";
  const steps = cloud.bedrock.faults.lockStep();
  // The first frame starts the message and has no text.
  steps.release(1);
  await ask(page, "Count, please.");
  for (let token = 0; token < 5; token += 1) {
    const before = await shown();
    steps.release(1);
    await until(async () => (await shown()).length > before.length);
    t.true(reply.startsWith(await shown()));
  }
  await page.getByRole("button", { name: "Stop" }).click();
  await until(() => cloud.bedrock.requests[0]?.aborted);
  await page.locator(".facts").getByText("stopped").waitFor();

  await ask(page, "Go on, please.");
  await page
    .locator(".facts")
    .getByText(/\d+ tokens/)
    .waitFor();
  t.is(await shown(), reply);
  t.is(cloud.bedrock.requests.length, 2);
});

test("what goes wrong behind the API is said on the page", async (t) => {
  const { cloud, page } = await openWholePath(t, {
    model: { ...atOnce, reply: () => "word ".repeat(20) },
  });
  const problem = page.locator(".answer .problem").last();
  cloud.bedrock.faults.refuse("ThrottlingException", { times: 10 });
  await ask(page, "hi");
  await problem.getByText("429 too_many_requests").waitFor();
  cloud.bedrock.faults.clear();

  cloud.bedrock.faults.endAfter(5);
  await ask(page, "hi");
  await problem.getByText("upstream_error").waitFor();

  await page.getByLabel("API key").fill("wrong-key-of-twenty-letters");
  await ask(page, "hi");
  await problem.getByText("The API key is missing or not valid. 403 forbidden").waitFor();
  t.pass();
});

test("the 25 MB sample downloads with progress and the right digest", async (t) => {
  const folder = join(mkdtempSync(join(tmpdir(), "streamgate-sample-")), "files");
  t.teardown(() => rmSync(join(folder, ".."), { recursive: true, force: true }));
  makeSampleFiles(folder);
  const { cloud, page } = await openWholePath(t, { filesFolder: folder });
  const stall = cloud.s3.faults.stallAfter(10 * 1024 * 1024);
  await page.getByLabel("Object key").fill("sample-25mb.bin");
  await page.keyboard.press("Enter");
  await page.getByText(/^\d+\.\d MiB of 25\.0 MiB · /).waitFor();
  const saved = page.waitForEvent("download");
  stall.release();
  const sample = readFileSync(join(folder, "sample-25mb.bin"));
  t.true(readFileSync(await (await saved).path()).equals(sample));
  t.is(await page.locator("#digest").textContent(), createHash("sha256").update(sample).digest("hex"));
});

test("a hostile object beside the page neither runs nor reads what the page has stored", async (t) => {
  const { cloud, page } = await openWholePath(t, { config: ["auth=none"] });
  await page.getByLabel("API key").fill("a-key-worth-stealing");
  await cloud.putObject("hostile.html", "<title>hostile</title><script>document.title = 'ran'</script>");
  const url = `${cloud.outputs.chatApi?.url}/download/hostile.html`;
  await t.throwsAsync(page.goto(`${url}?disposition=inline`), { message: /Download is starting/ });

  await page.route(url, async (route) => {
    const response = await route.fetch();
    const { "content-disposition": attachment, ...headers } = response.headers();
    t.regex(attachment ?? "", /^attachment/);
    await route.fulfill({ response, headers: { ...headers, "content-type": "text/html" } });
  });
  page.expectError(/Blocked script execution .* sandboxed/);
  await page.goto(url);
  t.is(await page.title(), "hostile");
  await t.throwsAsync(
    page.evaluate(() => sessionStorage.length),
    { message: /sandboxed/ },
  );
});
