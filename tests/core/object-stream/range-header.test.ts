import test from "ava";
import fc from "fast-check";
import { readContentRange, readRange } from "../../../core/object-stream/range-header.ts";

const cases: readonly (readonly [header: string | undefined, range: string | undefined])[] = [
  ["bytes=0-99", "bytes=0-99"],
  ["bytes=0-0", "bytes=0-0"],
  ["bytes=100-", "bytes=100-"],
  ["bytes=-100", "bytes=-100"],
  ["bytes=-0", "bytes=-0"],
  ["Bytes=1-2", "bytes=1-2"],
  ["bytes= 1-2 ", "bytes=1-2"],
  ["bytes=007-010", "bytes=7-10"],
  ["bytes=99999999999999999999-", "bytes=9007199254740991-"],
  ["bytes=0-99999999999999999999", "bytes=0-9007199254740991"],
  [undefined, undefined],
  ["", undefined],
  ["bytes", undefined],
  ["bytes=", undefined],
  ["bytes=-", undefined],
  ["bytes=9-1", undefined],
  ["bytes=0-1,3-4", undefined],
  ["bytes=0-1, 3-4", undefined],
  ["bytes=a-b", undefined],
  ["bytes=1.5-2", undefined],
  ["bytes=--1", undefined],
  ["bytes=0x1-2", undefined],
  ["bytes=1-2\r\nX: y", undefined],
  ["items=0-1", undefined],
];

for (const [header, range] of cases) {
  const wanted = range === undefined ? "is ignored" : `asks S3 for ${range}`;
  test(`Range ${header === undefined ? "left out" : JSON.stringify(header)} ${wanted}`, (t) => {
    t.is(readRange(header), range);
  });
}

test("no Range header throws, and what is read is always one plain range", (t) => {
  const likeARange = fc
    .tuple(
      fc.constantFrom("bytes=", "bytes", "items=", ""),
      fc.string(),
      fc.constantFrom("-", ",", ""),
      fc.string(),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.oneof(fc.string(), likeARange), (header) => {
      const range = readRange(header);
      return range === undefined || /^bytes=(\d+-\d*|-\d+)$/.test(range);
    }),
  );
  t.pass();
});

test("every satisfiable range is read as it was written", (t) => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), (first, more) => {
      const range = `bytes=${first}-${first + more}`;
      return readRange(range) === range;
    }),
  );
  t.pass();
});

test("a Content-Range is read when it names a part that lies inside the whole", (t) => {
  t.deepEqual(readContentRange("bytes 5-9/10"), { range: { first: 5, last: 9 }, size: 10 });
  for (const header of ["bytes 5-9/*", "bytes */10", "bytes 9-5/10", "bytes 5-10/10", "items 5-9/10", ""]) {
    t.is(readContentRange(header), undefined, header);
  }
});
