import test from "ava";
import { partConditions, readDownloadPlan } from "../../../core/object-stream/download-plan.ts";
import { Refusal } from "../../../core/refusal.ts";

const plan = (headers: Readonly<Record<string, readonly string[]>>, method = "GET") =>
  readDownloadPlan({ method, headers, query: {} });

test("of a header in several lines the last counts", (t) => {
  t.is(plan({ range: ["bytes=0-1", "bytes=0-3"] }).range, "bytes=0-3");
  t.is(plan({ range: ["bytes=0-3", "nonsense"] }).range, undefined);
  t.deepEqual(plan({ "if-none-match": ['"a"', '"b"'] }).conditions, { ifNoneMatch: '"b"' });
});

test("If-Range counts beside a range alone, and HEAD has none", (t) => {
  const headers = { range: ["bytes=0-3"], "if-range": ['"a"'] };
  t.deepEqual(plan(headers).ifRange, { etag: '"a"' });
  t.deepEqual(partConditions(plan(headers)), { IfMatch: '"a"' });
  t.is(plan({ "if-range": ['"a"'] }).ifRange, undefined);
  t.is(plan(headers, "HEAD").range, undefined);
});

test("of the query only the two parameters of a download are read, and checked", (t) => {
  const read = (query: Readonly<Record<string, string>>) =>
    readDownloadPlan({ method: "GET", headers: {}, query }).parameters;
  t.deepEqual(read({ disposition: "inline", filename: "a", other: "b" }), {
    disposition: "inline",
    filename: "a",
  });
  t.throws(() => read({ disposition: "x" }), { instanceOf: Refusal });
});
