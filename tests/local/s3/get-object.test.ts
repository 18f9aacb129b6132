import { createHash, randomBytes } from "node:crypto";
import { appendFile, truncate, utimes } from "node:fs/promises";
import { join } from "node:path";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import test from "ava";
import { failure, readBody, runS3, type RunningS3 } from "../../helpers/running-s3.ts";

const content = randomBytes(1_000_000);

test("a file is served whole, with the headers of an object", async (t) => {
  const { client, folder, requests } = await runS3(t, { files: { "docs/report.pdf": content } });
  await utimes(join(folder, "docs/report.pdf"), 1_700_000_000.75, 1_700_000_000.75);
  const answer = await client.send(new GetObjectCommand({ Bucket: "files", Key: "docs/report.pdf" }));
  t.true((await readBody(answer.Body)).equals(content));
  t.is(answer.$metadata.httpStatusCode, 200);
  t.regex(answer.$metadata.requestId ?? "", /^[0-9A-F]{16}$/);
  t.is(answer.ContentLength, content.length);
  t.is(answer.ContentType, "application/pdf");
  t.is(answer.AcceptRanges, "bytes");
  t.regex(answer.ETag ?? "", /^"[0-9a-f]{32}-1"$/);
  t.deepEqual(answer.LastModified, new Date(1_700_000_000_000));
  t.is(answer.ContentRange, undefined);
  t.like(requests[0], {
    operation: "GetObject",
    bucket: "files",
    key: "docs/report.pdf",
    range: undefined,
    status: 200,
    principal: "developer",
    sentBytes: content.length,
    aborted: false,
  });
});

test("HEAD answers with the same headers and no body", async (t) => {
  const { client, requests } = await runS3(t, { files: { "a.txt": "hello" } });
  const got = await client.send(new GetObjectCommand({ Bucket: "files", Key: "a.txt" }));
  const { Body, ...expected } = got;
  t.is((await readBody(Body)).toString(), "hello");
  const head = await client.send(new HeadObjectCommand({ Bucket: "files", Key: "a.txt" }));
  t.like(head, { ...expected, $metadata: { httpStatusCode: 200 } });
  t.like(requests[1], { operation: "HeadObject", status: 200, sentBytes: 0 });
});

test("HEAD with a range tells the part's length", async (t) => {
  const { client } = await runS3(t, { files: { "a.txt": "hello" } });
  const head = await client.send(
    new HeadObjectCommand({ Bucket: "files", Key: "a.txt", Range: "bytes=1-2" }),
  );
  t.like(head, { $metadata: { httpStatusCode: 206 }, ContentLength: 2, ContentRange: "bytes 1-2/5" });
});

for (const [range, start, end] of [
  ["bytes=0-0", 0, 1],
  ["bytes=300000-700000", 300_000, 700_001],
  ["bytes=999999-", 999_999, 1_000_000],
  ["bytes=-10", 999_990, 1_000_000],
  ["bytes=0-5000000", 0, 1_000_000],
] as const) {
  test(`the range ${range} is served as a part`, async (t) => {
    const { client, requests } = await runS3(t);
    await client.send(new PutObjectCommand({ Bucket: "files", Key: "k", Body: content }));
    const answer = await client.send(new GetObjectCommand({ Bucket: "files", Key: "k", Range: range }));
    t.true((await readBody(answer.Body)).equals(content.subarray(start, end)));
    t.is(answer.$metadata.httpStatusCode, 206);
    t.is(answer.ContentRange, `bytes ${start}-${end - 1}/1000000`);
    t.is(answer.ContentLength, end - start);
    t.is(answer.ChecksumCRC32, undefined, "the whole object's checksum does not fit a part");
    t.like(requests[1], { range, status: 206, sentBytes: end - start });
  });
}

test("several ranges are answered with the whole object", async (t) => {
  const { client } = await runS3(t, { files: { "a.txt": "hello" } });
  const command = new GetObjectCommand({ Bucket: "files", Key: "a.txt", Range: "bytes=0-0,2-3" });
  const answer = await client.send(command);
  t.is(answer.$metadata.httpStatusCode, 200);
  t.is((await readBody(answer.Body)).toString(), "hello");
});

test("an unsatisfiable range is refused with the object's size", async (t) => {
  const { client } = await runS3(t, { files: { "a.txt": "hello" } });
  const error = await failure(
    client.send(new GetObjectCommand({ Bucket: "files", Key: "a.txt", Range: "bytes=5-" })),
  );
  t.like(error, {
    name: "InvalidRange",
    $metadata: { httpStatusCode: 416 },
    ActualObjectSize: "5",
    RangeRequested: "bytes=5-",
  });
});

test("an empty file is served, and has no part", async (t) => {
  const { client } = await runS3(t, { files: { empty: "" } });
  const answer = await client.send(new GetObjectCommand({ Bucket: "files", Key: "empty" }));
  t.is((await readBody(answer.Body)).length, 0);
  t.is(answer.ContentType, "binary/octet-stream");
  const error = await failure(
    client.send(new GetObjectCommand({ Bucket: "files", Key: "empty", Range: "bytes=0-" })),
  );
  t.is(error.name, "InvalidRange");
});

test("a missing key and a missing bucket are told apart", async (t) => {
  const { client, takeErrors } = await runS3(t);
  const missing = await failure(client.send(new GetObjectCommand({ Bucket: "files", Key: "nothing" })));
  t.like(missing, { name: "NoSuchKey", Key: "nothing", $metadata: { httpStatusCode: 404 } });
  const head = await failure(client.send(new HeadObjectCommand({ Bucket: "files", Key: "nothing" })));
  t.like(head, { name: "NotFound", $metadata: { httpStatusCode: 404 } });
  const noBucket = await failure(client.send(new GetObjectCommand({ Bucket: "elsewhere", Key: "nothing" })));
  t.like(noBucket, { name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } });
  t.deepEqual(takeErrors(), ["NoSuchBucket: The specified bucket does not exist"]);
});

test("a matching ETag answers If-None-Match with 304 and the validators", async (t) => {
  const { client, requests } = await runS3(t, { files: { "a.txt": "hello" } });
  const { ETag } = await client.send(new HeadObjectCommand({ Bucket: "files", Key: "a.txt" }));
  const error = await failure(
    client.send(
      new GetObjectCommand({ Bucket: "files", Key: "a.txt", IfNoneMatch: ETag, Range: "bytes=0-1" }),
    ),
  );
  t.is(error.$metadata.httpStatusCode, 304);
  t.is(error.$response?.headers.etag, ETag);
  t.is(typeof error.$response?.headers["last-modified"], "string");
  t.like(requests[1], { status: 304, sentBytes: 0, aborted: false });
});

test("a failed If-Match is answered with 412", async (t) => {
  const { client } = await runS3(t, { files: { "a.txt": "hello" } });
  const command = new GetObjectCommand({
    Bucket: "files",
    Key: "a.txt",
    IfMatch: '"other"',
    Range: "bytes=9-",
  });
  t.like(await failure(client.send(command)), {
    name: "PreconditionFailed",
    Condition: "If-Match",
    $metadata: { httpStatusCode: 412 },
  });
});

test("the ETag changes with the file", async (t) => {
  const { client, folder } = await runS3(t, { files: { "a.txt": "hello" } });
  const head = new HeadObjectCommand({ Bucket: "files", Key: "a.txt" });
  const before = await client.send(head);
  t.is((await client.send(head)).ETag, before.ETag);
  await appendFile(join(folder, "a.txt"), " world");
  t.not((await client.send(head)).ETag, before.ETag);
});

test("a whole object carries the checksum it was stored with, and only when asked", async (t) => {
  const { client, requests } = await runS3(t);
  const put = new PutObjectCommand({ Bucket: "files", Key: "k", Body: content, ChecksumAlgorithm: "SHA256" });
  const sha256 = createHash("sha256").update(content).digest("base64");
  t.is((await client.send(put)).ChecksumSHA256, sha256);
  const answer = await client.send(new GetObjectCommand({ Bucket: "files", Key: "k" }));
  t.is(answer.ChecksumSHA256, sha256);
  t.is(answer.ChecksumType, "FULL_OBJECT");
  t.true((await readBody(answer.Body)).equals(content));
  const unasked = await client.send(new HeadObjectCommand({ Bucket: "files", Key: "k" }));
  t.is(unasked.ChecksumSHA256, undefined);
  t.is(requests.length, 3);
});

for (const [what, change] of [
  ["cut short", (path: string) => truncate(path, 10)],
  ["touched", (path: string) => utimes(path, 1, 1)],
] as const) {
  test(`a file that is ${what} while it is sent breaks the answer off`, async (t) => {
    const s3 = await runS3(t, { files: { "a.bin": content } });
    const { client, faults, folder, requests, takeErrors } = s3;
    const step = faults.lockStep(1000);
    const answer = await client.send(new GetObjectCommand({ Bucket: "files", Key: "a.bin" }));
    await change(join(folder, "a.bin"));
    step.release(Infinity);
    await t.throwsAsync(readBody(answer.Body), { code: "ECONNRESET" });
    t.true((requests[0]?.sentBytes ?? 0) < content.length);
    await s3.close();
    t.deepEqual(takeErrors(), [`InternalError: ${join(folder, "a.bin")} changed while it was being sent`]);
  });
}

test("a reader that pauses holds the file back", async (t) => {
  const size = 64_000_000;
  const s3 = await runS3(t, { files: { "big.bin": Buffer.alloc(size) } });
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: "files", Key: "big.bin" }));
  const held = await untilStill(s3);
  // How much of it waits in socket buffers is the system's to say.
  t.true(held > 0 && held < size, `${held} bytes were sent to nobody`);
  t.is((await readBody(answer.Body)).length, size);
  t.like(s3.requests[0], { sentBytes: size, aborted: false });
});

/** @returns The sent-bytes counter once it no longer moves, over many turns of the event loop with I/O in each. */
async function untilStill({ requests, client }: RunningS3): Promise<number> {
  let before = -1;
  for (;;) {
    for (let turn = 0; turn < 5; turn += 1)
      await client.send(new HeadObjectCommand({ Bucket: "files", Key: "big.bin" }));
    const now = requests[0]?.sentBytes ?? 0;
    if (now === before) return now;
    before = now;
  }
}
