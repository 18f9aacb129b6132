import test from "ava";
import { weighPreconditions } from "../../../local/s3/preconditions.ts";

const object = { etag: '"abc"', lastModified: new Date("2025-01-02T03:04:05.678Z") };
const [before, same, after] = [
  "Thu, 02 Jan 2025 03:04:04 GMT",
  "Thu, 02 Jan 2025 03:04:05 GMT",
  "Thu, 02 Jan 2025 03:04:06 GMT",
];

for (const [headers, outcome] of [
  [{}, "proceed"],
  [{ "if-match": '"abc"' }, "proceed"],
  [{ "if-match": "abc" }, "proceed"],
  [{ "if-match": "*" }, "proceed"],
  [{ "if-match": '"x", "abc"' }, "proceed"],
  [{ "if-match": '"x"' }, "If-Match"],
  [{ "if-match": 'W/"abc"' }, "If-Match"],
  [{ "if-unmodified-since": before }, "If-Unmodified-Since"],
  [{ "if-unmodified-since": same }, "proceed"],
  [{ "if-unmodified-since": "yesterday" }, "proceed"],
  [{ "if-match": '"abc"', "if-unmodified-since": before }, "proceed"],
  [{ "if-match": '"x"', "if-unmodified-since": after }, "If-Match"],
  [{ "if-none-match": '"abc"' }, "notModified"],
  [{ "if-none-match": "*" }, "notModified"],
  [{ "if-none-match": '"x"' }, "proceed"],
  [{ "if-modified-since": before }, "proceed"],
  [{ "if-modified-since": same }, "notModified"],
  [{ "if-modified-since": after }, "notModified"],
  [{ "if-modified-since": "" }, "proceed"],
  [{ "if-none-match": '"x"', "if-modified-since": after }, "proceed"],
  [{ "if-none-match": '"abc"', "if-modified-since": before }, "notModified"],
  [{ "if-match": '"x"', "if-none-match": '"abc"' }, "If-Match"],
  [{ "if-match": '"abc"', "if-none-match": '"abc"' }, "notModified"],
] as const) {
  test(`${JSON.stringify(headers)} comes to ${outcome}`, (t) => {
    t.is(weighPreconditions(headers, object), outcome);
  });
}
