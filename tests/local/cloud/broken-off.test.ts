import { randomBytes } from "node:crypto";
import test from "ava";
import { startTestCloud } from "../../helpers/local-cloud.ts";
import { openRawGet, readRawResponse } from "../../helpers/raw-http.ts";
import { reported } from "../../helpers/reported.ts";

const bytes = randomBytes(2 * 1024 * 1024);

test("a read that S3 cuts goes on from the next byte under the same response", async (t) => {
  const cloud = await startTestCloud(t);
  await cloud.putObject("healed.bin", bytes);
  cloud.s3.faults.resetAfter(500_000, { key: "healed.bin" });
  cloud.s3.faults.truncateAfter(300_000, { key: "healed.bin" });
  const response = await cloud.download("healed.bin");
  t.true(bytes.equals(Buffer.from(await response.arrayBuffer())));
  const reads = cloud.s3.requests.filter(({ operation }) => operation === "GetObject");
  t.deepEqual(
    reads.map(({ range }) => range !== undefined),
    [false, true, true],
  );
});

test("an answer that cannot be completed is broken off on the wire, and the environment serves the next one", async (t) => {
  const cloud = await startTestCloud(t);
  cloud.expectError(/^lambda: /);
  cloud.expectError(/^gateway: /);
  await cloud.putObject("cut.bin", bytes);
  cloud.s3.faults.truncateAfter(500_000, { key: "cut.bin" });
  cloud.s3.faults.truncateAfter(0, { key: "cut.bin", times: 10 });
  const key = { "x-api-key": cloud.outputs.apiKey };
  const cut = await readRawResponse(await openRawGet(t, cloud.url("cut.bin"), key));
  t.regex(cut.head, /^HTTP\/1.1 200 /);
  t.true(cut.body.length < bytes.length);
  t.false(cut.body.includes("\r\n0\r\n\r\n"), "no final chunk");

  // Until then the environment is not free, and another one would take the next invocation.
  await reported(cloud, 1);
  const before = await cloud.environments("download");
  cloud.s3.faults.clear();
  t.true(bytes.equals(Buffer.from(await (await cloud.download("cut.bin")).arrayBuffer())));
  const after = await cloud.environments("download");
  t.deepEqual(
    after.map(({ pid }) => pid),
    before.map(({ pid }) => pid),
  );
});

test("SlowDown before the first byte is a 503 that says when to come back", async (t) => {
  const cloud = await startTestCloud(t);
  await cloud.putObject("busy.bin", bytes);
  cloud.s3.faults.slowDown({ key: "busy.bin", times: 10 });
  const response = await cloud.download("busy.bin");
  t.is(response.status, 503);
  t.regex(response.headers.get("retry-after") ?? "", /^\d+$/);
  t.deepEqual(((await response.json()) as { error: { code: string } }).error.code, "slow_down");
});
