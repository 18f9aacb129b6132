import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { browserTest as test } from "../helpers/browser.ts";
import type { PageRequest } from "../helpers/page-server.ts";
import { openStreamgatePage } from "../helpers/streamgate-page.ts";

const MIB = 1024 * 1024;

function digestOf(bytes: Uint8Array, encoding: "hex" | "base64"): string {
  return createHash("sha256").update(bytes).digest(encoding);
}

function begin(request: PageRequest, size: number, headers: Readonly<Record<string, string>> = {}): void {
  request.respond(200, { "content-length": `${size}`, "x-object-size": `${size}`, ...headers });
}

test("a download shows how far it is and how fast, and saves what was sent with its digest", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const object = randomBytes(4 * MIB);
  const request = await fetchObject("reports/2026/größe 1+1?.bin");
  t.is(request.path, "download/reports/2026/gr%C3%B6%C3%9Fe%201%2B1%3F.bin");
  await page.getByText("Waiting for the first byte").waitFor();

  begin(request, object.length, { "repr-digest": `sha-256=:${digestOf(object, "base64")}:` });
  request.send(object.subarray(0, MIB));
  await page.getByText(/^1\.0 MiB of 4\.0 MiB · .+\/s$/).waitFor();
  t.is(await page.getByRole("progressbar").getAttribute("value"), "0.25");

  const saved = page.waitForEvent("download");
  request.end(object.subarray(MIB));
  const download = await saved;
  t.is(download.suggestedFilename(), "größe 1+1_.bin");
  t.deepEqual(readFileSync(await download.path()), object);
  t.is(await page.locator("#digest").textContent(), digestOf(object, "hex"));
  t.is(await page.locator("#verdict").textContent(), "Matches the digest the API sent.");
  t.regex((await page.locator("#transfer-facts").textContent()) ?? "", /^4\.0 MiB · in .+ s · .+\/s$/);
});

test("an object that does not match its digest is not saved", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  let saves = 0;
  page.on("download", () => (saves += 1));
  const request = await fetchObject("a.bin");
  begin(request, 5, { "repr-digest": `sha-256=:${digestOf(Buffer.from("other"), "base64")}:` });
  request.end("hello");
  await page.locator("#verdict").getByText("Does not match the digest the API sent.").waitFor();
  t.is(await page.locator("#digest").textContent(), digestOf(Buffer.from("hello"), "hex"));
  t.false(await page.getByRole("link", { name: "Save the file" }).isVisible());
  t.is(saves, 0);
});

test("an object without a digest to compare with is saved, and that there is none is said", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const saved = page.waitForEvent("download");
  const request = await fetchObject("empty.txt");
  begin(request, 0);
  request.end();
  t.is(readFileSync(await (await saved).path()).length, 0);
  t.is(await page.locator("#verdict").textContent(), "The API sent no digest to compare with.");
});

test("an object too large for the browser to take its digest is saved all the same, and that is said", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  // What browsers do with some gigabytes.
  await page.evaluate(
    "Blob.prototype.arrayBuffer = () => Promise.reject(new DOMException('', 'NotReadableError'))",
  );
  const saved = page.waitForEvent("download");
  const request = await fetchObject("large.bin");
  begin(request, 5, { "repr-digest": `sha-256=:${digestOf(Buffer.from("hello"), "base64")}:` });
  request.end("hello");
  t.is(readFileSync(await (await saved).path(), "utf8"), "hello");
  t.is(await page.locator("#digest").textContent(), "");
  t.regex((await page.locator("#verdict").textContent()) ?? "", /^Too large/);
});

test("size and digest of a compressed object are not held against its contents", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const stored = gzipSync("hello ".repeat(1000));
  const saved = page.waitForEvent("download");
  const request = await fetchObject("words.txt");
  begin(request, stored.length, {
    "content-encoding": "gzip",
    "repr-digest": `sha-256=:${digestOf(stored, "base64")}:`,
  });
  request.end(stored);
  t.is(readFileSync(await (await saved).path(), "utf8"), "hello ".repeat(1000));
  t.is(await page.locator("#verdict").textContent(), "The API sent no digest to compare with.");
});

test("a connection that breaks off saves nothing, and the next download starts afresh", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const request = await fetchObject("a.bin");
  begin(request, MIB);
  request.send(randomBytes(MIB / 2));
  await page.getByText(/^512\.0 KiB of/).waitFor();
  request.cut();
  await page
    .locator("#download-problem")
    .getByText("The connection broke off before the object was complete. Nothing was saved.")
    .waitFor();

  const saved = page.waitForEvent("download");
  const next = await fetchObject("b.txt");
  begin(next, 5);
  next.end("hello");
  await saved;
  t.false(await page.locator("#download-problem").isVisible());
});

test("an answer shorter than the object saves nothing", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const request = await fetchObject("a.bin");
  request.respond(200, { "x-object-size": "9" });
  request.end("hello");
  await page.locator("#download-problem").getByText("came to an end too early").waitFor();
  t.false(await page.locator("#receipt").isVisible());
});

test("stopping closes the connection and saves nothing", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  let saves = 0;
  page.on("download", () => (saves += 1));
  const request = await fetchObject("a.bin");
  begin(request, MIB);
  request.send(randomBytes(1024));
  await page.getByText(/^1\.0 KiB of/).waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await request.closed;
  await page.locator("#download-problem").getByText("Stopped. Nothing was saved.").waitFor();
  t.true(await page.getByRole("button", { name: "Download" }).isVisible());
  t.is(saves, 0);
});

test("a refusal is shown in the API's words", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const request = await fetchObject("no-such-object");
  request.respond(404);
  request.end('{"error":{"code":"not_found","message":"There is no such object."}}');
  const problem = page.locator("#download-problem");
  await problem.waitFor();
  t.is(await problem.textContent(), "There is no such object. 404 not_found");
});

test("a key that a browser would resolve to another path is not asked for", async (t) => {
  const { page, server } = await openStreamgatePage(t);
  for (const key of ["..", "a/../b", "./a"]) {
    await page.getByLabel("Object key").fill(key);
    await page.keyboard.press("Enter");
    await page.locator("#download-problem").getByText("A browser cannot ask for a key").waitFor();
  }
  t.is(server.waiting, 0);
});

test("a hostile object, opened rather than saved, does not become a page of this origin", async (t) => {
  const { page, fetchObject } = await openStreamgatePage(t);
  const first = page.waitForEvent("download");
  const request = await fetchObject("hostile.html");
  const html = "<script>document.title = 'hostile'</script>";
  begin(request, html.length, { "content-type": "text/html" });
  request.end(html);
  await first;
  const second = page.waitForEvent("download");
  await page.evaluate("document.querySelector('#save-link').removeAttribute('download')");
  await page.getByRole("link", { name: "Save the file" }).click();
  await second;
  t.is(await page.title(), "Streamgate");
});
