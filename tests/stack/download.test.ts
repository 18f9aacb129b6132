import { randomBytes } from "node:crypto";
import test from "ava";
import { downloadTest } from "./downloads.ts";
import { outputs, putObject, testKey } from "./stack.ts";

test("the outputs name the routes in force", (t) => {
  for (const route of ["GET /download/{key+}", "HEAD /download/{key+}"]) {
    t.true(outputs.downloadApi.routes.includes(route), route);
  }
  t.true(outputs.downloadApi.url.endsWith(`/${outputs.downloadApi.stage}`));
});

downloadTest("an object above every buffered limit arrives whole", async (t, { download }) => {
  const bytes = randomBytes(12 * 1024 * 1024);
  const key = testKey("large.bin");
  await putObject(t, key, bytes);
  const response = await download(key);
  t.is(response.status, 200);
  t.is(response.headers.get("x-object-size"), String(bytes.length));
  t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
});

downloadTest("an empty object is a complete answer with no bytes", async (t, { download }) => {
  const key = testKey("empty.bin");
  await putObject(t, key, "");
  const response = await download(key);
  t.is(response.status, 200);
  t.is(response.headers.get("x-object-size"), "0");
  t.is((await response.arrayBuffer()).byteLength, 0);
});

downloadTest(
  "an answer says what it is, how it may be resumed, and that it must not be trusted",
  async (t, { download }) => {
    const key = testKey("report.pdf");
    await putObject(t, key, "%PDF-1.7", { ContentType: "application/pdf" });
    const { headers } = await download(key);
    t.is(headers.get("content-type"), "application/pdf");
    t.is(headers.get("accept-ranges"), "bytes");
    t.regex(headers.get("etag") ?? "", /^"[^"]+"$/);
    t.false(Number.isNaN(Date.parse(headers.get("last-modified") ?? "")));
    t.is(headers.get("cache-control"), "private, no-cache");
    t.is(headers.get("x-content-type-options"), "nosniff");
    t.is(headers.get("content-security-policy"), "sandbox");
    t.regex(headers.get("content-disposition") ?? "", /^attachment; filename="?report\.pdf"?$/);
  },
);

downloadTest("what takes credentials to read is for no shared cache", async (t, { download }) => {
  const key = testKey("cached.txt");
  await putObject(t, key, "x", { CacheControl: "public, s-maxage=600, max-age=60" });
  const first = await download(key);
  const etag = first.headers.get("etag") ?? "";
  t.is(
    first.headers.get("cache-control"),
    outputs.auth === "none" ? "public, s-maxage=600, max-age=60" : "private, max-age=60",
  );
  for (const response of [first, await download(key, { headers: { "if-none-match": etag } })]) {
    // S3 leaves out of a 304 what it was stored with.
    if (outputs.auth !== "none")
      t.regex(response.headers.get("cache-control") ?? "", /^private\b(?!.*s-maxage)/);
    const vary = (response.headers.get("vary") ?? "").toLowerCase();
    t.is(vary.includes("x-api-key"), outputs.auth !== "none");
  }
});

downloadTest("an object is saved under the name it was stored with", async (t, { download }) => {
  const key = testKey("6f1c2a0e-2f0e-4c1f-9a7b-0d6a3f1f5b11");
  const ContentDisposition = "inline; filename*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8.pdf";
  await putObject(t, key, "x", { ContentDisposition });
  const disposition = async (query = "") =>
    (await download(key, { query })).headers.get("content-disposition") ?? "";
  t.regex(
    await disposition(),
    /^attachment; filename="?file-[0-9a-f]{8}\.pdf"?; filename\*=UTF-8''%E8%AB%8B%E6%B1%82%E6%9B%B8\.pdf$/,
  );
  t.regex(await disposition("?filename=asked.pdf"), /^attachment; filename="?asked\.pdf"?$/);
});

downloadTest("a stored Content-Encoding that is none is not passed on", async (t, { download }) => {
  const key = testKey("coding.txt");
  await putObject(t, key, "plain bytes", { ContentEncoding: "utf-8" });
  const response = await download(key);
  t.is(response.headers.get("content-encoding"), null);
  t.is(await response.text(), "plain bytes");
});

downloadTest("HEAD answers with GET's headers and no body", async (t, { download }) => {
  const key = testKey("head.txt");
  await putObject(t, key, "0123456789", { ContentType: "text/plain" });
  const head = await download(key, { method: "HEAD" });
  const get = await download(key);
  t.is(head.status, 200);
  t.is(await head.text(), "");
  for (const name of ["etag", "last-modified", "content-type", "x-object-size", "accept-ranges"]) {
    t.is(head.headers.get(name), get.headers.get(name), name);
  }
  t.is(await get.text(), "0123456789");
});

downloadTest("HEAD of nothing is a 404 without a body", async (t, { download }) => {
  const response = await download(testKey("nothing"), { method: "HEAD" });
  t.is(response.status, 404);
  t.is(await response.text(), "");
});

downloadTest("inline is for content that cannot act, and a name can be given", async (t, { download }) => {
  const image = testKey("picture.png");
  const page = testKey("page.html");
  await putObject(t, image, "png", { ContentType: "image/png" });
  await putObject(t, page, "<script>", { ContentType: "text/html" });
  const disposition = async (key: string, query: string) =>
    (await download(key, { query })).headers.get("content-disposition") ?? "";
  t.regex(await disposition(image, "?disposition=inline"), /^inline; filename="?picture\.png"?$/);
  t.regex(await disposition(page, "?disposition=inline"), /^attachment; filename="?page\.html"?$/);
  t.regex(
    await disposition(image, `?filename=${encodeURIComponent("名前.png")}`),
    /filename\*=UTF-8''%E5%90%8D%E5%89%8D\.png/,
  );
});

downloadTest("a SHA-256 that S3 holds is passed on as Repr-Digest", async (t, { download }) => {
  const key = testKey("digest.txt");
  await putObject(t, key, "hello", { ChecksumAlgorithm: "SHA256" });
  t.is(
    (await download(key)).headers.get("repr-digest"),
    "sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:",
  );
});
