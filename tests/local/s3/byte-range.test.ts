import test from "ava";
import fc from "fast-check";
import { resolveRange } from "../../../local/s3/byte-range.ts";

const content = Buffer.from(Array.from({ length: 100 }, (_, index) => index));

/** The bytes a range names, by RFC 9110's words rather than by the code under test. */
function part(size: number, header: string): number[] | string {
  const range = resolveRange(header, size);
  return typeof range === "string" ? range : [...content.subarray(range.firstByte, range.lastByte + 1)];
}

const sizes = fc.integer({ min: 0, max: content.length });
const positions = fc.integer({ min: 0, max: 150 });

test("a range from one byte to another is what Buffer.subarray makes of it", (t) => {
  fc.assert(
    fc.property(sizes, positions, positions, (size, first, last) => {
      const expected = [...content.subarray(0, size).subarray(first, last + 1)];
      const outcome = first > last ? "whole" : expected.length === 0 ? "unsatisfiable" : expected;
      t.deepEqual(part(size, `bytes=${first}-${last}`), outcome);
    }),
  );
});

test("an open range reaches to the end", (t) => {
  fc.assert(
    fc.property(sizes, positions, (size, first) => {
      const expected = [...content.subarray(0, size).subarray(first)];
      t.deepEqual(part(size, `bytes=${first}-`), expected.length === 0 ? "unsatisfiable" : expected);
    }),
  );
});

test("a suffix range is the last so many bytes, or all of them", (t) => {
  fc.assert(
    fc.property(sizes, positions, (size, length) => {
      const expected = length === 0 ? [] : [...content.subarray(0, size).subarray(-length)];
      t.deepEqual(part(size, `bytes=-${length}`), expected.length === 0 ? "unsatisfiable" : expected);
    }),
  );
});

for (const header of [
  undefined,
  "",
  "bytes",
  "bytes=",
  "bytes=-",
  "bytes=a-b",
  "bytes=1",
  "bytes=5-2",
  "bytes=0-1,5-6",
  "bytes=--1",
  "bytes=1.5-2",
  "lines=0-1",
]) {
  test(`the whole object is served for the header ${header}`, (t) => {
    t.is(resolveRange(header, 10), "whole");
  });
}

test("a last byte beyond all numbers is the end", (t) => {
  t.deepEqual(resolveRange(`bytes=0-${"9".repeat(400)}`, 10), { firstByte: 0, lastByte: 9 });
  t.is(resolveRange(`bytes=${"9".repeat(400)}-`, 10), "unsatisfiable");
});
