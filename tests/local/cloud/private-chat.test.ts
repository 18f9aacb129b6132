import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { LARGEST_LAMBDA_DOWNLOAD_BYTES } from "../../../contract/limits.ts";
import { callChatApi, postStream, shareChatCloud } from "../../helpers/chat-cloud.ts";
import { readChat } from "../../helpers/chat-client.ts";
import { brokenAnswers, modelRefusals, refusedChats } from "../../helpers/chat-failures.ts";
import { send } from "../../helpers/raw-request.ts";
import { openRawGet, readRawResponse } from "../../helpers/raw-http.ts";

/*
 * What a caller of the chat API is answered: the status of every request, right or wrong, by way of gateway, VPC link,
 * load balancer and task. Serial, as the tests order faults of one Bedrock and one S3.
 */

const folder = mkdtempSync(join(tmpdir(), "streamgate-private-chat-"));
test.after.always(() => rmSync(folder, { recursive: true }));
const bytes = randomBytes(2 * 1024 * 1024);
writeFileSync(join(folder, "there.bin"), bytes);
const largeBytes = LARGEST_LAMBDA_DOWNLOAD_BYTES + 1;
const large = openSync(join(folder, "large.bin"), "w");
// Takes no room on the disk.
ftruncateSync(large, largeBytes);
closeSync(large);

const chatCloud = shareChatCloud(test, { filesFolder: folder });

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

/** Headers of the answer itself, without those of its connection and its time. */
function ownHeaders({ headers }: Response): Record<string, string> {
  const ofExchange = /^(?:x-amzn-remapped-)?(?:connection|date)$|^keep-alive$|^x-amz/;
  return Object.fromEntries([...headers].filter(([name]) => !ofExchange.test(name)));
}

for (const { path, type } of [
  { path: "/health", type: "application/json" },
  { path: "/", type: "text/html; charset=utf-8" },
  { path: "/assets/app.js", type: "text/javascript; charset=utf-8" },
  { path: "/assets/style.css", type: "text/css; charset=utf-8" },
]) {
  test.serial(`GET ${path} needs no key, and HEAD is answered alike`, async (t) => {
    const response = await fetch(`${chatCloud().outputs.chatApi.url}${path}`);
    t.is(response.status, 200);
    t.is(response.headers.get("content-type"), type);
    t.is(response.headers.get("x-content-type-options"), "nosniff");
    const head = await fetch(`${chatCloud().outputs.chatApi.url}${path}`, { method: "HEAD" });
    t.is(head.status, 200);
    t.deepEqual(ownHeaders(head), ownHeaders(response));
    t.is(await head.text(), "");
    if (path === "/health") t.deepEqual(await response.json(), { status: "healthy" });
  });
}

const others = [
  { method: "GET", path: "/ready", status: 200 },
  { method: "HEAD", path: "/ready", status: 200 },
  { method: "HEAD", path: "/", status: 200 },
  { method: "GET", path: "/nothing", status: 404, code: "not_found" },
  { method: "GET", path: "/assets/nothing.js", status: 404, code: "not_found" },
  { method: "GET", path: "/assets/..%2Fdownload%2Fthere.bin", status: 404, code: "not_found" },
  { method: "GET", path: "/stream", status: 405, code: "method_not_allowed", allow: "POST" },
  { method: "DELETE", path: "/", status: 405, code: "method_not_allowed", allow: "GET, HEAD" },
  {
    method: "POST",
    path: "/download/there.bin",
    status: 405,
    code: "method_not_allowed",
    allow: "GET, HEAD",
  },
  // Its resource has no other method, so API Gateway answers, as for a path that it does not know.
  { method: "POST", path: "/health", status: 404, code: "not_found" },
];

for (const { method, path, status, code, allow } of others) {
  test.serial(`${method} ${path} with the key is a ${status}`, async (t) => {
    const response = await callChatApi(chatCloud(), path, { method });
    t.is(response.status, status);
    if (code !== undefined) t.is(await codeOf(response), code);
    t.is(response.headers.get("allow"), allow ?? null);
  });
}

for (const [method, path] of [
  ["GET", "/ready"],
  ["HEAD", "/ready"],
  ["POST", "/"],
  ["POST", "/stream"],
  ["GET", "/stream"],
  ["GET", "/download/there.bin"],
  ["GET", "/nothing"],
  ["GET", "/assets/nothing.js"],
] as const) {
  test.serial(`${method} ${path} without a key is forbidden`, async (t) => {
    const response = await fetch(`${chatCloud().outputs.chatApi.url}${path}`, { method });
    t.is(response.status, 403);
    if (method !== "HEAD") t.is(await codeOf(response), "forbidden");
  });
}

const marks = [
  {},
  { "x-streamgate-access": "protected" },
  { "X-STREAMGATE-ACCESS": "protected", connection: "close, x-streamgate-access" },
];
for (const target of [
  "/assets/..%2Fdownload%2Fthere.bin",
  "/assets/../download/there.bin",
  "/assets/app.js/../../download/there.bin",
  "/assets/app.js%2F..%2F..%2Fdownload%2Fthere.bin",
  "/assets/%2e%2e/download/there.bin",
  "/assets//download/there.bin",
  "//download/there.bin",
  "/%2Fdownload/there.bin",
  "/health/../download/there.bin",
  "/health%2F..%2Fdownload%2Fthere.bin",
  "/./download/there.bin",
  "/download/there.bin",
]) {
  test.serial(`GET ${target} reads no object without a key, whatever mark a caller gives it`, async (t) => {
    const { host, pathname } = new URL(chatCloud().outputs.chatApi.url);
    for (const mark of marks) {
      const headers = Object.entries(mark);
      const { status, body } = await send(`http://${host}`, {
        method: "GET",
        target: `${pathname}${target}`,
        headers,
        body: "",
      });
      t.true(status === 403 || status === 404, `${status}`);
      t.false(body.includes(bytes.subarray(0, 64)));
    }
  });
}

for (const { what, body, headers, status, code } of refusedChats) {
  test.serial(`a chat with ${what} is refused with ${status} ${code}`, async (t) => {
    const cloud = chatCloud();
    const asked = cloud.bedrock.requests.length;
    const response = await postStream(cloud, body, headers);
    t.is(response.status, status);
    t.is(await codeOf(response), code);
    t.is(cloud.bedrock.requests.length, asked);
  });
}

for (const { exception, status, code } of modelRefusals) {
  test.serial(`${exception} before the first token is a ${status} ${code}`, async (t) => {
    const cloud = chatCloud();
    cloud.bedrock.faults.refuse(exception, { times: 10 });
    t.teardown(() => cloud.bedrock.faults.clear());
    const response = await postStream(cloud);
    t.is(response.status, status);
    t.is(response.headers.has("retry-after"), status === 429 || status === 503);
    t.is(await codeOf(response), code);
  });
}

for (const { what, order, code } of brokenAnswers) {
  test.serial(`${what} after the first token is a last event of its own`, async (t) => {
    const cloud = chatCloud();
    order(cloud.bedrock.faults);
    const response = await postStream(cloud);
    t.is(response.status, 200);
    const events = await readChat(response);
    t.is(events[0]?.type, "text");
    t.like(events.at(-1), { type: "error", code });
    t.false(events.some(({ type }) => type === "done"));

    t.is((await readChat(await postStream(cloud))).at(-1)?.type, "done");
  });
}

test.serial("an object arrives whole, with what names and proves it", async (t) => {
  const response = await callChatApi(chatCloud(), "/download/there.bin");
  t.is(response.status, 200);
  t.is(response.headers.get("x-object-size"), String(bytes.length));
  t.regex(response.headers.get("etag") ?? "", /^"/);
  t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
});

const conditionals = [
  { header: "range", value: "bytes=10-19", status: 206 },
  { header: "range", value: "bytes=99999999-", status: 416, code: "range_not_satisfiable" },
  { header: "if-none-match", value: "*", status: 304 },
  { header: "if-match", value: '"other"', status: 412, code: "precondition_failed" },
];

for (const { header, value, status, code } of conditionals) {
  test.serial(`a download with ${header}: ${value} is a ${status}`, async (t) => {
    const response = await callChatApi(chatCloud(), "/download/there.bin", { headers: { [header]: value } });
    t.is(response.status, status);
    if (status === 206) t.true(bytes.subarray(10, 20).equals(Buffer.from(await response.arrayBuffer())));
    if (code !== undefined) t.is(await codeOf(response), code);
  });
}

test.serial("an object that is not there is a 404, and a path that is no key a 400", async (t) => {
  const missing = await callChatApi(chatCloud(), "/download/missing.bin");
  t.is(missing.status, 404);
  t.is(await codeOf(missing), "not_found");
  const malformed = await callChatApi(chatCloud(), "/download/a%2F..%2Fb");
  t.is(malformed.status, 400);
  t.is(await codeOf(malformed), "invalid_key");
});

test.serial("an object too large for one answer of a function arrives whole", async (t) => {
  const response = await callChatApi(chatCloud(), "/download/large.bin");
  t.is(response.status, 200);
  let count = 0;
  for await (const chunk of response.body ?? []) count += (chunk as Uint8Array).length;
  t.is(count, largeBytes);
});

test.serial("a read that S3 cuts goes on under the same answer", async (t) => {
  const cloud = chatCloud();
  cloud.s3.faults.truncateAfter(500_000);
  const response = await callChatApi(cloud, "/download/there.bin");
  t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
});

test.serial("an object that cannot be read to its end is a connection cut, never a clean end", async (t) => {
  const cloud = chatCloud();
  cloud.expectError(/^elb: .*the target broke off/);
  cloud.expectError(/^gateway: .*broken off after \d+ bytes/);
  cloud.s3.faults.truncateAfter(500_000);
  cloud.s3.faults.truncateAfter(0, { times: 10 });
  t.teardown(() => cloud.s3.faults.clear());
  const { outputs } = cloud;
  const key = { "x-api-key": outputs.apiKey };
  const cut = await readRawResponse(await openRawGet(t, `${outputs.chatApi.url}/download/there.bin`, key));
  t.regex(cut.head, /^HTTP\/1.1 200 /);
  t.true(cut.body.length < bytes.length);
  t.false(cut.body.includes("\r\n0\r\n\r\n"), "no final chunk");
});

test.serial("S3 that cannot keep up is a 503 that says when to come back", async (t) => {
  const cloud = chatCloud();
  cloud.s3.faults.slowDown({ times: 10 });
  t.teardown(() => cloud.s3.faults.clear());
  const response = await callChatApi(cloud, "/download/there.bin");
  t.is(response.status, 503);
  t.regex(response.headers.get("retry-after") ?? "", /^\d+$/);
  t.is(await codeOf(response), "slow_down");
});
