import { createHash, randomBytes } from "node:crypto";
import type { ExecutionContext } from "ava";
import type { Page } from "playwright-core";
import { browserTest as test, openPage, type TestPage } from "../helpers/browser.ts";
import { startTestCloud, type TestCloud } from "../helpers/local-cloud.ts";
import { startWebPage } from "../helpers/web-page.ts";

const MIB = 1024 * 1024;

interface OtherOrigin {
  readonly cloud: TestCloud;
  /** A page of an origin that may call the API, unless `corsOrigins` names others only. */
  readonly page: TestPage;
  readonly origin: string;
}

/** Opens a page of another origin beside a download API. */
async function openOtherOrigin(
  t: ExecutionContext,
  { config = [], corsOrigins }: { config?: string[]; corsOrigins?: (origin: string) => string[] } = {},
): Promise<OtherOrigin> {
  const origin = await startWebPage(t);
  const origins = corsOrigins?.(origin) ?? [origin];
  const cloud = await startTestCloud(t, { config: [`corsOrigins=${JSON.stringify(origins)}`, ...config] });
  const page = await openPage(t);
  await page.goto(origin);
  return { cloud, page, origin };
}

/** What a script in the page can read of an answer. */
interface ReadAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Fetches the way an application in the page does. */
function fetchIn(page: Page, url: string, headers: Readonly<Record<string, string>>): Promise<ReadAnswer> {
  return page.evaluate(
    async ([url, headers]) => {
      const response = await fetch(url, { headers });
      return {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.text(),
      };
    },
    [url, headers] as const,
  );
}

function keyOf({ outputs }: TestCloud): Record<string, string> {
  return { "x-api-key": outputs.apiKey };
}

function codeOf({ body }: ReadAnswer): string {
  return (JSON.parse(body) as { error: { code: string } }).error.code;
}

test("a page of an allowed origin downloads with progress, and reads size, validator and file name", async (t) => {
  const { cloud, page } = await openOtherOrigin(t);
  const object = randomBytes(2 * MIB);
  await cloud.putObject("report.bin", object);
  const stall = cloud.s3.faults.stallAfter(MIB);
  let received = 0;
  await page.exposeFunction("tellProgress", (bytes: number) => {
    received += bytes;
    if (received >= MIB) stall.release();
  });
  const { digest, headers } = await page.evaluate(
    async ([url, headers]) => {
      const { tellProgress } = globalThis as unknown as { tellProgress: (bytes: number) => Promise<void> };
      const response = await fetch(url, { headers });
      const parts: Uint8Array[] = [];
      for await (const part of response.body ?? []) {
        parts.push(part as Uint8Array);
        await tellProgress((part as Uint8Array).byteLength);
      }
      const whole = await new Blob(parts).arrayBuffer();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
      return { digest: [...digest], headers: Object.fromEntries(response.headers) };
    },
    [cloud.url("report.bin"), keyOf(cloud)] as const,
  );
  t.deepEqual(Buffer.from(digest), createHash("sha256").update(object).digest());
  t.like(headers, {
    "accept-ranges": "bytes",
    "content-length": `${object.length}`,
    "x-object-size": `${object.length}`,
    "content-disposition": "attachment; filename=report.bin",
  });
  t.regex(headers.etag ?? "", /^"\w+"$/);
});

test("a page reads ranges and conditions", async (t) => {
  const { cloud, page } = await openOtherOrigin(t);
  await cloud.putObject("a.txt", "0123456789");
  const url = cloud.url("a.txt");
  const key = keyOf(cloud);
  const part = await fetchIn(page, url, { ...key, range: "bytes=2-4" });
  t.like(part, { status: 206, body: "234" });
  t.is(part.headers["content-range"], "bytes 2-4/10");
  const { etag = "" } = part.headers;
  t.like(await fetchIn(page, url, { ...key, range: "bytes=2-4", "if-range": etag }), { status: 206 });
  t.like(await fetchIn(page, url, { ...key, "if-none-match": etag }), { status: 304 });
  t.like(await fetchIn(page, url, { ...key, "if-match": '"other"' }), { status: 412 });
  // Of an object whose size its cache knows the browser would answer this by itself.
  await cloud.putObject("b.txt", "0123456789");
  const outside = await fetchIn(page, cloud.url("b.txt"), { ...key, range: "bytes=90-" });
  t.is(codeOf(outside), "range_not_satisfiable");
  t.is(outside.headers["content-range"], "bytes */10");
});

test("a page can read why it is refused, by the function and by the gateway", async (t) => {
  const { cloud, page } = await openOtherOrigin(t, { config: ["quotaPerDay=1"] });
  const missing = await fetchIn(page, cloud.url("no-such-object"), keyOf(cloud));
  t.is(missing.status, 404);
  t.is(codeOf(missing), "not_found");

  const keyless = await fetchIn(page, cloud.url("a.txt"), {});
  t.is(keyless.status, 403);
  t.is(codeOf(keyless), "forbidden");
  const wrong = await fetchIn(page, cloud.url("a.txt"), { "x-api-key": "wrong" });
  t.is(wrong.status, 403);

  const spent = await fetchIn(page, cloud.url("a.txt"), keyOf(cloud));
  t.is(spent.status, 429);
  t.is(codeOf(spent), "quota_exceeded");
});

test("a page that asks too fast can read when to come back", async (t) => {
  const { cloud, page } = await openOtherOrigin(t, {
    config: ["throttleRatePerSecond=1", "throttleBurst=1"],
  });
  await cloud.putObject("a.txt", "hello");
  // The browser asks before the first request only, and what it asks is throttled too.
  t.is((await fetchIn(page, cloud.url("a.txt"), keyOf(cloud))).status, 200);
  // So many that one comes too early, were the machine as slow as to let a second pass between some of them.
  const asked = Array.from({ length: 20 }, () => fetchIn(page, cloud.url("a.txt"), keyOf(cloud)));
  const answers = await Promise.all(asked);
  const throttled = answers.find(({ status }) => status === 429);
  t.is(throttled && codeOf(throttled), "too_many_requests");
  t.regex(throttled?.headers["retry-after"] ?? "", /^\d+$/);
});

test("of several origins each is let in", async (t) => {
  const { cloud, page } = await openOtherOrigin(t, {
    corsOrigins: (origin) => ["https://app.example.com", origin, "http://localhost:5173"],
  });
  await cloud.putObject("a.txt", "hello");
  t.is((await fetchIn(page, cloud.url("a.txt"), keyOf(cloud))).body, "hello");
  t.is((await fetchIn(page, cloud.url("a.txt"), { "x-api-key": "wrong" })).status, 403);
});

for (const corsOrigins of [
  [],
  ["https://app.example.com"],
  ["https://app.example.com", "https://other.example.com"],
]) {
  test(`a page reads no object while corsOrigins is ${JSON.stringify(corsOrigins)}`, async (t) => {
    const { cloud, page } = await openOtherOrigin(t, { corsOrigins: () => corsOrigins });
    await cloud.putObject("a.txt", "hello");
    page.expectError(/blocked by CORS policy/);
    await t.throwsAsync(fetchIn(page, cloud.url("a.txt"), keyOf(cloud)), { message: /Failed to fetch/ });
    await t.throwsAsync(fetchIn(page, cloud.url("a.txt"), { "x-api-key": "wrong" }));
  });
}

test("a page reads no object of an API without keys unless its origin is allowed", async (t) => {
  const { cloud, page } = await openOtherOrigin(t, {
    config: ["auth=none"],
    corsOrigins: () => ["https://app.example.com", "https://other.example.com"],
  });
  await cloud.putObject("a.txt", "hello");
  page.expectError(/blocked by CORS policy/);
  // Without a header of its own the request is sent at once, with no question ahead of it.
  await t.throwsAsync(fetchIn(page, cloud.url("a.txt"), {}), { message: /Failed to fetch/ });
});
