import test from "ava";
import fc from "fast-check";
import { limits } from "../../contract/limits.ts";
import { encodePrelude, MalformedPreludeError, PreludeParser } from "../../contract/response-prelude.ts";

const metadata = { statusCode: 206, headers: { "content-type": "text/plain", "x-name": "日本" } };

test("metadata and payload come out as they went in, however the stream is cut", (t) => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(200), fc.nat(200), (bytes, one, other) => {
      const payload = Buffer.from(bytes);
      const stream = Buffer.concat([encodePrelude(metadata), payload]);
      const [first, second] = [Math.min(one, other), Math.max(one, other)];
      const parser = new PreludeParser();
      const received: Buffer[] = [];
      let found: unknown;
      for (const chunk of [
        stream.subarray(0, first),
        stream.subarray(first, second),
        stream.subarray(second),
      ]) {
        const prelude = found === undefined ? parser.push(chunk) : undefined;
        received.push(prelude?.payload ?? (found === undefined ? Buffer.alloc(0) : chunk));
        found ??= prelude?.metadata;
      }
      t.deepEqual(found, metadata);
      t.true(Buffer.concat(received).equals(payload));
    }),
  );
});

test("the delimiter has to end within the first 16 KB", (t) => {
  const largest = limits.gatewayPreludeBytes.value - encodePrelude({ headers: { x: "" } }).length;
  t.truthy(new PreludeParser().push(encodePrelude({ headers: { x: "x".repeat(largest) } })));
  const tooLarge = encodePrelude({ headers: { x: "x".repeat(largest + 1) } });
  t.throws(() => new PreludeParser().push(tooLarge), { instanceOf: MalformedPreludeError });
});

for (const text of [
  "no JSON",
  "[]",
  '{"status":200}',
  '{"constructor":{}}',
  '{"statusCode":"200"}',
  '{"headers":{"vary":["a","b"]}}',
  '{"cookies":"a=1"}',
]) {
  test(`${text} is no metadata`, (t) => {
    const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(8)]);
    t.throws(() => new PreludeParser().push(bytes), { instanceOf: MalformedPreludeError });
  });
}

test("a stream that ends before the delimiter is malformed", (t) => {
  const parser = new PreludeParser();
  t.is(parser.push(Buffer.from('{"statusCode":200}')), undefined);
  t.throws(() => parser.end(), { instanceOf: MalformedPreludeError });
});
