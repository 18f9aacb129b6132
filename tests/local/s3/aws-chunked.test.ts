import { Readable } from "node:stream";
import test from "ava";
import fc from "fast-check";
import { decodeAwsChunked } from "../../../local/s3/aws-chunked.ts";

async function decode(pieces: Iterable<Buffer>): Promise<{ data: Buffer; trailers: Record<string, string> }> {
  const trailers: Record<string, string> = {};
  const data: Buffer[] = [];
  for await (const chunk of decodeAwsChunked(source(pieces), (name, value) => (trailers[name] = value))) {
    data.push(chunk);
  }
  return { data: Buffer.concat(data), trailers };
}

function source(pieces: Iterable<Buffer>): AsyncIterable<Buffer> {
  return Readable.from(pieces);
}

function encode(chunks: readonly Buffer[], trailer: string): Buffer {
  const framed = chunks.flatMap((chunk) => [
    Buffer.from(`${chunk.length.toString(16)}\r\n`),
    chunk,
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...framed, Buffer.from(`0\r\n${trailer}\r\n`)]);
}

function* cutAt(buffer: Buffer, cuts: readonly number[]): Generator<Buffer> {
  let start = 0;
  for (const cut of [...cuts].sort((left, right) => left - right)) {
    const end = Math.min(start + cut, buffer.length);
    yield buffer.subarray(start, end);
    start = end;
  }
  yield buffer.subarray(start);
}

test("a body is decoded wherever it was cut on the way", async (t) => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes)));
  const cuts = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(chunks, cuts, async (parts, lengths) => {
      const encoded = encode(parts, "x-amz-checksum-crc32:AAAAAA==\r\n");
      const { data, trailers } = await decode(cutAt(encoded, lengths));
      t.deepEqual(data, Buffer.concat(parts));
      t.deepEqual(trailers, { "x-amz-checksum-crc32": "AAAAAA==" });
    }),
  );
});

test("a body without trailers ends with an empty line", async (t) => {
  const { data, trailers } = await decode([encode([Buffer.from("hello")], "")]);
  t.is(data.toString(), "hello");
  t.deepEqual(trailers, {});
});

test("a body that ends early is refused wherever it ends", async (t) => {
  const encoded = encode([Buffer.from("hello"), Buffer.from("world")], "x-amz-checksum-crc32:AAAAAA==\r\n");
  for (let length = 0; length < encoded.length; length += 1) {
    await t.throwsAsync(decode([encoded.subarray(0, length)]), { name: "S3Error" }, `${length} bytes`);
  }
});

for (const [what, body] of [
  ["a size that is not hexadecimal", "x\r\nhello\r\n0\r\n\r\n"],
  ["data longer than its size", "4\r\nhello\r\n0\r\n\r\n"],
  ["a trailer without a colon", "0\r\nchecksum\r\n\r\n"],
  ["a line without end", "0".repeat(5000)],
] as const) {
  test(`${what} is refused`, async (t) => {
    await t.throwsAsync(decode([Buffer.from(body)]), { name: "S3Error" });
  });
}
