import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { Readable } from "node:stream";
import {
  ChecksumAlgorithm,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import test from "ava";
import { failure, readBody, runS3 } from "../../helpers/running-s3.ts";

const awkwardKeys = [
  "a//b",
  "/leading",
  "trailing/",
  "100%.txt",
  "a%2Fb+c d.txt",
  `quotes"'\`.txt`,
  "日本語/レポート.txt",
  "😀.txt",
  "Grüße".normalize("NFD"),
  "../up/./here",
  "?&=#;:@!$()*,[]{}<>|\\^~",
  "k".repeat(900),
];

test("keys are taken and given back as they are, however awkward", async (t) => {
  const { client } = await runS3(t);
  for (const [index, Key] of awkwardKeys.entries()) {
    await client.send(new PutObjectCommand({ Bucket: "files", Key, Body: `body ${index}` }));
  }
  for (const [index, Key] of awkwardKeys.entries()) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "files", Key }));
    t.is((await readBody(Body)).toString(), `body ${index}`, Key);
  }
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "files" }));
  t.deepEqual(Contents?.map(({ Key }) => Key).sort(), [...awkwardKeys].sort());
});

test("what is stored with an object comes back with it", async (t) => {
  const { client } = await runS3(t);
  const description = {
    ContentType: "text/html; charset=utf-8",
    CacheControl: "max-age=60",
    ContentDisposition: 'attachment; filename="x.html"',
    ContentEncoding: "identity",
    ContentLanguage: "de",
    Metadata: { owner: "me", "two-words": "a b" },
  };
  await client.send(new PutObjectCommand({ Bucket: "files", Key: "k", Body: "hello", ...description }));
  const head = await client.send(new HeadObjectCommand({ Bucket: "files", Key: "k" }));
  t.like(head, { ...description, ETag: '"5d41402abc4b2a76b9719d911017c592"', ContentLength: 5 });
});

test("a stream arrives as aws-chunked with its checksum behind it", async (t) => {
  const { client } = await runS3(t);
  const chunks = [randomBytes(70_000), randomBytes(1), randomBytes(30_000)];
  const body = { Body: Readable.from(chunks), ContentLength: 100_001, ContentEncoding: "br" };
  const put = await client.send(new PutObjectCommand({ Bucket: "files", Key: "k", ...body }));
  t.regex(put.ChecksumCRC32 ?? "", /^.{6}==$/);
  const got = await client.send(new GetObjectCommand({ Bucket: "files", Key: "k" }));
  t.true((await readBody(got.Body)).equals(Buffer.concat(chunks)));
  t.is(got.ContentEncoding, "br");
  t.is(got.ChecksumCRC32, put.ChecksumCRC32);
});

for (const algorithm of [ChecksumAlgorithm.CRC32, ChecksumAlgorithm.SHA1, ChecksumAlgorithm.SHA256]) {
  test(`a body that does not have its ${algorithm} is not stored`, async (t) => {
    const { client } = await runS3(t);
    const wrong = { [`Checksum${algorithm}`]: Buffer.alloc(20).toString("base64") };
    const put = new PutObjectCommand({ Bucket: "files", Key: "k", Body: "hello", ...wrong });
    t.is((await failure(client.send(put))).name, "BadDigest");
    t.is((await failure(client.send(new HeadObjectCommand({ Bucket: "files", Key: "k" })))).name, "NotFound");
  });
}

test("an object is replaced as a whole, and its readers keep the one they began", async (t) => {
  const { client, faults } = await runS3(t);
  const put = (Body: string) => client.send(new PutObjectCommand({ Bucket: "files", Key: "k", Body }));
  await put("the old one");
  const step = faults.lockStep(4);
  const old = await client.send(new GetObjectCommand({ Bucket: "files", Key: "k" }));
  await put("the new one");
  step.release(3);
  t.is((await readBody(old.Body)).toString(), "the old one");
  const { Body } = await client.send(new GetObjectCommand({ Bucket: "files", Key: "k" }));
  t.is((await readBody(Body)).toString(), "the new one");
});

test("a PUT covers a file of the folder and leaves it as it is", async (t) => {
  const { client, folder } = await runS3(t, { files: { "a.txt": "file" } });
  await client.send(new PutObjectCommand({ Bucket: "files", Key: "a.txt", Body: "object" }));
  await client.send(new PutObjectCommand({ Bucket: "files", Key: "b.txt", Body: "object" }));
  const read = async (Bucket: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "a.txt" }));
    return (await readBody(Body)).toString();
  };
  t.is(await read("files"), "object");
  t.is(await read("archive"), "file");
  t.deepEqual(await readdir(folder), ["a.txt"]);
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: "files" }));
  t.deepEqual(
    Contents?.map(({ Key, Size }) => [Key, Size]),
    [
      ["a.txt", 6],
      ["b.txt", 6],
    ],
  );
});

test("what is not simulated is refused by name", async (t) => {
  const { client, takeErrors } = await runS3(t);
  const put = { Bucket: "files", Key: "k", Body: "hello" };
  for (const [member, header] of [
    [{ ACL: "public-read" }, "x-amz-acl"],
    [{ IfNoneMatch: "*" }, "if-none-match"],
    [{ ServerSideEncryption: "aws:kms" }, "x-amz-server-side-encryption"],
  ] as const) {
    const error = await failure(client.send(new PutObjectCommand({ ...put, ...member })));
    t.like(error, { name: "NotImplemented", Header: header, $metadata: { httpStatusCode: 501 } });
  }
  t.is(takeErrors().length, 3);
});

test("a key longer than S3 takes is refused", async (t) => {
  const { client, takeErrors } = await runS3(t);
  const put = (bytes: number) =>
    client.send(new PutObjectCommand({ Bucket: "files", Key: "k".repeat(bytes), Body: "" }));
  await put(1024);
  t.is((await failure(put(1025))).name, "KeyTooLongError");
  t.is(takeErrors().length, 1);
});
