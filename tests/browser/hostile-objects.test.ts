import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ExecutionContext } from "ava";
import { browserTest as test, openPage } from "../helpers/browser.ts";
import { startTestCloud } from "../helpers/local-cloud.ts";

/** What every hostile object tries. */
const script = "document.title = 'ran'; new Image().src = '/stolen?' + localStorage.getItem('secret');";

interface HostileObject {
  readonly key: string;
  readonly contentType: string;
  readonly body: string;
}

const objects: readonly HostileObject[] = [
  {
    key: "hostile.html",
    contentType: "text/html",
    body: `<!doctype html><title>hostile</title><script>${script}</script><img src="data:," onerror="${script}">`,
  },
  {
    key: "hostile.svg",
    contentType: "image/svg+xml",
    body: `<svg xmlns="http://www.w3.org/2000/svg" onload="${script}"><title>hostile</title><script>${script}</script></svg>`,
  },
  {
    key: "hostile.xhtml",
    contentType: "application/xhtml+xml",
    body: `<html xmlns="http://www.w3.org/1999/xhtml"><head><title>hostile</title><script>${script}</script></head></html>`,
  },
];

/** Puts the object into the bucket of an API that needs no key, so that a link to it is all an attacker has to send. */
async function openBesideHostile(t: ExecutionContext, { key, contentType, body }: HostileObject) {
  const cloud = await startTestCloud(t, { config: ["auth=none"] });
  const { region, bucket, local } = cloud.outputs;
  const s3 = new S3Client({ region, endpoint: local.endpoints.s3, credentials: local.credentials });
  t.teardown(() => s3.destroy());
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: contentType }));

  const page = await openPage(t);
  const stolen: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/stolen")) stolen.push(request.url());
  });
  // An answer without an object in it, and so a page of the API's own origin.
  await page.goto(cloud.url("no-such-object"));
  await page.evaluate(() => localStorage.setItem("secret", "of this origin"));
  return { page, url: cloud.url(key), stolen };
}

for (const object of objects) {
  for (const query of ["", "?disposition=inline"]) {
    test(`${object.key}${query} is saved, not opened`, async (t) => {
      const { page, url, stolen } = await openBesideHostile(t, object);
      const saved = page.waitForEvent("download");
      await t.throwsAsync(page.goto(url + query), { message: /Download is starting/ });
      t.is((await saved).suggestedFilename(), object.key);
      t.deepEqual(stolen, []);
    });
  }

  test(`${object.key} runs no script and reads no storage, were it opened all the same`, async (t) => {
    const { page, url, stolen } = await openBesideHostile(t, object);
    await page.route(url, async (route) => {
      const response = await route.fetch();
      const { "content-disposition": attachment, ...headers } = response.headers();
      t.regex(attachment ?? "", /^attachment/);
      await route.fulfill({ response, headers });
    });
    page.expectError(/Blocked script execution .* sandboxed/);
    await page.goto(url);
    t.is(await page.evaluate("document.querySelector('title').textContent"), "hostile", "it was opened");
    t.deepEqual(stolen, []);
    // The same script by the test's hand, to see that even one that ran would find nothing.
    await t.throwsAsync(
      page.evaluate(() => localStorage.getItem("secret")),
      { message: /sandboxed/ },
    );
  });
}

test("markup in an object that is plain text is shown as text", async (t) => {
  const body = `<html><script>${script}</script></html>`;
  const object = { key: "hostile.txt", contentType: "text/plain", body };
  const { page, url, stolen } = await openBesideHostile(t, object);
  await page.goto(`${url}?disposition=inline`);
  t.is(await page.evaluate("document.contentType"), "text/plain");
  t.is(await page.locator("body").textContent(), body);
  t.deepEqual(stolen, []);
});
