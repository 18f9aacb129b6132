import test from "ava";
import {
  conditionsForS3,
  evaluateConditions,
  ifRangeForS3,
  ifRangeHolds,
  readConditions,
  readHttpDate,
  readIfRange,
  type RequestHeaders,
} from "../../../core/object-stream/conditional-headers.ts";

const validators = { etag: '"a"', lastModified: new Date("2026-11-22T05:00:00Z") };
const before = "Sun, 22 Nov 2026 04:59:59 GMT";
const same = "Sun, 22 Nov 2026 05:00:00 GMT";
const after = "Sun, 22 Nov 2026 05:00:01 GMT";

const outcomes: readonly (readonly [RequestHeaders, ReturnType<typeof evaluateConditions>])[] = [
  [{}, "hold"],
  [{ "if-match": '"a"' }, "hold"],
  [{ "if-match": '"b", "a"' }, "hold"],
  [{ "if-match": "*" }, "hold"],
  [{ "if-match": '"b"' }, "precondition_failed"],
  [{ "if-match": 'W/"a"' }, "precondition_failed"],
  [{ "if-match": "a" }, "precondition_failed"],
  [{ "if-unmodified-since": before }, "precondition_failed"],
  [{ "if-unmodified-since": same }, "hold"],
  [{ "if-unmodified-since": "yesterday" }, "hold"],
  [{ "if-match": '"a"', "if-unmodified-since": before }, "hold"],
  [{ "if-none-match": '"a"' }, "not_modified"],
  [{ "if-none-match": 'W/"a"' }, "not_modified"],
  [{ "if-none-match": '"b", W/"a"' }, "not_modified"],
  [{ "if-none-match": "*" }, "not_modified"],
  [{ "if-none-match": '"b"' }, "hold"],
  [{ "if-none-match": '""' }, "hold"],
  [{ "if-modified-since": same }, "not_modified"],
  [{ "if-modified-since": after }, "not_modified"],
  [{ "if-modified-since": before }, "hold"],
  [{ "if-none-match": '"b"', "if-modified-since": after }, "hold"],
  [{ "if-match": '"b"', "if-none-match": '"a"' }, "precondition_failed"],
  [{ "if-match": '"a"', "if-none-match": '"a"' }, "not_modified"],
];

for (const [headers, outcome] of outcomes) {
  test(`${JSON.stringify(headers)} against the object: ${outcome}`, (t) => {
    t.is(evaluateConditions(readConditions(headers), validators), outcome);
  });
}

test("S3 is asked to decide single tags and dates, and nothing it might read otherwise", (t) => {
  t.deepEqual(conditionsForS3(readConditions({ "if-match": '"a"', "if-none-match": ' "b" ' })), {
    IfMatch: '"a"',
    IfNoneMatch: '"b"',
  });
  t.deepEqual(conditionsForS3(readConditions({ "if-unmodified-since": same, "if-modified-since": before })), {
    IfUnmodifiedSince: new Date(same),
    IfModifiedSince: new Date(before),
  });
  for (const value of ["*", 'W/"a"', '"a", "b"', "a", '"a\u0007"', '"a"\r\nx: y']) {
    t.deepEqual(conditionsForS3(readConditions({ "if-match": value, "if-none-match": value })), {}, value);
  }
});

test("an If-Range holds for the same strong tag or the same date, and for nothing else", (t) => {
  t.true(ifRangeHolds(readIfRange('"a"'), validators));
  t.true(ifRangeHolds(readIfRange(same), validators));
  for (const value of ['"b"', 'W/"a"', before, after, "*", "a", ""]) {
    t.false(ifRangeHolds(readIfRange(value), validators), value);
  }
});

test("a condition that goes with a part makes S3 refuse the part of a changed object", (t) => {
  t.deepEqual(ifRangeForS3(readIfRange('"a"')), { IfMatch: '"a"' });
  t.deepEqual(ifRangeForS3(readIfRange(same)), { IfUnmodifiedSince: new Date(same) });
  t.deepEqual(ifRangeForS3(readIfRange('W/"a"')), {});
});

test("all three forms of an HTTP date are read, and nothing else", (t) => {
  const date = new Date("1994-11-06T08:49:37Z");
  t.deepEqual(readHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), date);
  t.deepEqual(readHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), date);
  t.deepEqual(readHttpDate("Sun Nov  6 08:49:37 1994"), date);
  for (const value of [
    "1994",
    "1994-11-06T08:49:37Z",
    "0",
    "",
    "Sun, 99 Nov 1994 08:49:37 GMT",
    "Thu, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 +0100",
    "Sun, 06 Nov 1994 08:49:37 EST",
    "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
  ]) {
    t.is(readHttpDate(value), undefined, value);
  }
});
