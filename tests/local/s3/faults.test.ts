import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import test from "ava";
import { failure, readBody, REGION, runS3 } from "../../helpers/running-s3.ts";

const content = randomBytes(900_000);
const files = { "a.bin": content, "b.bin": content };
const get = (Key = "a.bin", Range?: string) => new GetObjectCommand({ Bucket: "files", Key, Range });

/** @returns What arrived before the body broke off, and the error it broke off with. */
async function readUntilError(body: unknown): Promise<{ received: Buffer; error: NodeJS.ErrnoException }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body as Readable) chunks.push(chunk as Buffer);
  } catch (error) {
    return { received: Buffer.concat(chunks), error: error as NodeJS.ErrnoException };
  }
  throw new Error("The body ended well.");
}

for (const fault of ["resetAfter", "truncateAfter"] as const) {
  for (const [range, first] of [
    [undefined, 0],
    ["bytes=100000-", 100_000],
  ] as const) {
    test(`${fault} breaks off ${range ?? "a whole body"} after so many bytes of it`, async (t) => {
      const { client, faults, requests } = await runS3(t, { files });
      faults[fault](300_001);
      const { Body } = await client.send(get("a.bin", range));
      const { received, error } = await readUntilError(Body);
      t.is(error.code, "ECONNRESET");
      t.true(received.equals(content.subarray(first, first + received.length)));
      // A reset overtakes bytes on their way, so only the counter is exact there.
      if (fault === "truncateAfter") t.is(received.length, 300_001);
      else t.true(received.length <= 300_001);
      t.true((await readBody((await client.send(get("a.bin", range))).Body)).equals(content.subarray(first)));
      t.like(requests[0], { status: range === undefined ? 200 : 206, sentBytes: 300_001, aborted: true });
      t.like(requests[1], { sentBytes: content.length - first, aborted: false });
    });
  }

  test(`${fault} zero bytes still sends the head`, async (t) => {
    const { client, faults } = await runS3(t, { files });
    faults[fault](0);
    const { Body, ContentLength } = await client.send(get());
    t.is(ContentLength, content.length);
    t.is((await readUntilError(Body)).received.length, 0);
  });
}

test("a stalled body goes on once it is released", async (t) => {
  const { client, faults, requests } = await runS3(t, { files });
  const stall = faults.stallAfter(300_001);
  const { Body } = await client.send(get());
  await stall.reached;
  t.is(requests[0]?.sentBytes, 300_001);
  stall.release();
  t.true((await readBody(Body)).equals(content));
});

test("a stalled body ends when its reader leaves", async (t) => {
  const s3 = await runS3(t, { files });
  const stall = s3.faults.stallAfter(10);
  const { Body } = await s3.client.send(get());
  await stall.reached;
  (Body as Readable).destroy();
  await s3.close();
  t.like(s3.requests[0], { sentBytes: 10, aborted: true });
});

test("in lock-step a chunk is sent only once it was released", async (t) => {
  const { client, faults, requests } = await runS3(t, { files });
  const step = faults.lockStep(100_000);
  const { Body } = await client.send(get());
  const received: Buffer[] = [];
  let receivedBytes = 0;
  t.is(requests[0]?.sentBytes, 0);
  step.release();
  for await (const piece of Body as Readable) {
    received.push(piece as Buffer);
    receivedBytes += (piece as Buffer).length;
    if (receivedBytes % 100_000 > 0) continue;
    t.is(requests[0]?.sentBytes, receivedBytes, "nothing is sent ahead");
    step.release();
  }
  t.true(Buffer.concat(received).equals(content));
});

test("slowDown answers 503 for every operation, so many times", async (t) => {
  const { client, faults, requests } = await runS3(t, { files });
  faults.slowDown({ times: 3 });
  t.like(await failure(client.send(get())), { name: "SlowDown", $metadata: { httpStatusCode: 503 } });
  const head = new HeadObjectCommand({ Bucket: "files", Key: "a.bin" });
  t.is((await failure(client.send(head))).$metadata.httpStatusCode, 503);
  t.is((await failure(client.send(new ListObjectsV2Command({ Bucket: "files" })))).name, "SlowDown");
  await client.send(head);
  t.deepEqual(
    requests.map(({ status }) => status),
    [503, 503, 503, 200],
  );
});

test("the SDK's own retries get past two SlowDowns", async (t) => {
  const { endpoint, developer, faults, requests } = await runS3(t, { files });
  const client = new S3Client({ endpoint, region: REGION, credentials: developer });
  t.teardown(() => client.destroy());
  faults.slowDown({ times: 2 });
  t.true((await readBody((await client.send(get())).Body)).equals(content));
  t.is(requests.length, 3);
});

test("a fault strikes its key, in order, and is used up", async (t) => {
  const { client, faults } = await runS3(t, { files });
  faults.truncateAfter(5, { key: "a.bin" });
  faults.truncateAfter(7, { key: "a.bin", times: 2 });
  const struck = async (Key: string) => {
    const { Body } = await client.send(get(Key));
    return (await readUntilError(Body)).received.length;
  };
  t.true((await readBody((await client.send(get("b.bin"))).Body)).equals(content));
  await client.send(new HeadObjectCommand({ Bucket: "files", Key: "a.bin" }));
  t.deepEqual([await struck("a.bin"), await struck("a.bin"), await struck("a.bin")], [5, 7, 7]);
  t.true((await readBody((await client.send(get("a.bin"))).Body)).equals(content));
});

test("cleared faults strike no more", async (t) => {
  const { client, faults } = await runS3(t, { files });
  faults.slowDown();
  faults.resetAfter(1);
  faults.clear();
  t.true((await readBody((await client.send(get())).Body)).equals(content));
});
