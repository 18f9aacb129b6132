import test from "ava";
import type { ErrorCode } from "../../../contract/errors.ts";
import { S3ReadError } from "../../../core/object-stream/s3-read-error.ts";
import { Refusal } from "../../../core/refusal.ts";
import { scriptObject } from "../../helpers/open-scripted-object.ts";
import { s3Error, type ScriptedAnswer } from "../../helpers/scripted-s3.ts";

const onlyOneTry = { clientConfig: { maxAttempts: 1 } };

const answers: readonly (readonly [ScriptedAnswer, status: number, ErrorCode])[] = [
  [s3Error(404, "NoSuchKey"), 404, "not_found"],
  [s3Error(404, "NoSuchBucket"), 502, "upstream_error"],
  [s3Error(403, "AccessDenied"), 403, "forbidden"],
  [s3Error(403, "InvalidObjectState"), 403, "forbidden"],
  [s3Error(403, "SignatureDoesNotMatch"), 502, "upstream_error"],
  [s3Error(403, "InvalidAccessKeyId"), 502, "upstream_error"],
  [s3Error(400, "ExpiredToken"), 502, "upstream_error"],
  [s3Error(400, "KMS.DisabledException"), 502, "upstream_error"],
  [s3Error(412, "PreconditionFailed"), 412, "precondition_failed"],
  [s3Error(416, "InvalidRange"), 416, "range_not_satisfiable"],
  [s3Error(503, "SlowDown"), 503, "slow_down"],
  [s3Error(500, "InternalError"), 502, "upstream_error"],
  [{ status: 500, body: "<html>" }, 502, "upstream_error"],
  [{ status: 200, body: "no entity tag" }, 502, "upstream_error"],
  [{ status: 206, headers: { etag: '"a"', "content-range": "bytes ?" } }, 502, "upstream_error"],
  [{ cutAfterBytes: 0, status: 404, body: "cut" }, 502, "upstream_error"],
];

for (const [answer, status, code] of answers) {
  const said = /<Code>(.*)<\/Code>/.exec(String(answer.body))?.[1] ?? JSON.stringify(answer);
  test(`S3's ${said} becomes ${status} ${code}`, async (t) => {
    const { open } = await scriptObject(t, [answer], onlyOneTry);
    const error = await t.throwsAsync(open(), { instanceOf: Refusal });
    t.is(error.code, code);
    t.is(error.status, status);
    t.notRegex(error.message, /internal-words|bucket/);
    t.true(error.cause instanceof S3ReadError);
    t.is(error.headers["Retry-After"], code === "slow_down" ? "2" : undefined);
  });
}

const headStatuses: readonly (readonly [number, ErrorCode])[] = [
  [404, "not_found"],
  [403, "forbidden"],
  [412, "precondition_failed"],
  [503, "slow_down"],
  [500, "upstream_error"],
];

for (const [status, code] of headStatuses) {
  test(`in answer to HEAD a bare ${status} is enough to know ${code}`, async (t) => {
    const { open } = await scriptObject(t, [{ status }], onlyOneTry);
    const error = await t.throwsAsync(open({ method: "HEAD" }), { instanceOf: Refusal });
    t.is(error.code, code);
  });
}

test("an unsatisfiable range is answered with the size S3 tells, and without one when it does not", async (t) => {
  const { open } = await scriptObject(t, [
    s3Error(416, "InvalidRange", "<ActualObjectSize>10</ActualObjectSize>"),
    s3Error(416, "InvalidRange"),
  ]);
  const told = await t.throwsAsync(open({ headers: { range: "bytes=10-" } }), { instanceOf: Refusal });
  t.deepEqual(told.headers, { "Content-Range": "bytes */10", "X-Object-Size": "10" });
  const untold = await t.throwsAsync(open({ headers: { range: "bytes=10-" } }), { instanceOf: Refusal });
  t.deepEqual(untold.headers, {});
});

test("an S3 that nobody can reach is an upstream error with the connection's own code", async (t) => {
  const { open } = await scriptObject(t, [], {
    clientConfig: { endpoint: "http://127.0.0.1:1", maxAttempts: 1 },
  });
  const error = await t.throwsAsync(open(), { instanceOf: Refusal });
  t.is(error.code, "upstream_error");
  t.like(error.cause, { code: "ECONNREFUSED", status: undefined });
});

test("an S3 that sends no answer in time is an upstream error", async (t) => {
  const { open } = await scriptObject(t, [{ silent: true }], {
    clientConfig: { maxAttempts: 1, requestHandler: { requestTimeout: 20, throwOnRequestTimeout: true } },
  });
  const error = await t.throwsAsync(open(), { instanceOf: Refusal });
  t.is(error.code, "upstream_error");
  t.like(error.cause, { code: "ETIMEDOUT" });
});
