import test from "ava";
import type { ErrorCode } from "../../../contract/errors.ts";
import { S3ReadError } from "../../../core/object-stream/s3-read-error.ts";
import { Refusal } from "../../../core/refusal.ts";
import { failureFields } from "../../../core/request-log.ts";
import { scriptObject } from "../../helpers/open-scripted-object.ts";
import { s3Error, type ScriptedAnswer } from "../../helpers/scripted-s3.ts";

const onlyOneTry = { clientConfig: { maxAttempts: 1 } };

const answers: readonly (readonly [ScriptedAnswer, status: number, ErrorCode])[] = [
  [s3Error(404, "NoSuchKey"), 404, "not_found"],
  [s3Error(404, "NoSuchBucket"), 500, "misconfigured"],
  [s3Error(403, "AccessDenied"), 403, "forbidden"],
  [s3Error(403, "InvalidObjectState"), 403, "forbidden"],
  [s3Error(400, "InvalidRequest"), 403, "forbidden"],
  [s3Error(400, "KMS.DisabledException"), 403, "forbidden"],
  [s3Error(400, "KMS.NotFoundException"), 403, "forbidden"],
  [s3Error(400, "KMS.KMSInvalidStateException"), 403, "forbidden"],
  [s3Error(405, "MethodNotAllowed"), 403, "forbidden"],
  [s3Error(403, "SignatureDoesNotMatch"), 500, "misconfigured"],
  [s3Error(403, "InvalidAccessKeyId"), 500, "misconfigured"],
  [s3Error(403, "AllAccessDisabled"), 500, "misconfigured"],
  [s3Error(400, "ExpiredToken"), 500, "misconfigured"],
  [s3Error(400, "AuthorizationHeaderMalformed"), 500, "misconfigured"],
  [s3Error(301, "PermanentRedirect"), 500, "misconfigured"],
  [s3Error(400, "NobodyKnows"), 500, "misconfigured"],
  [s3Error(400, "KMS.ThrottlingException"), 503, "slow_down"],
  [s3Error(400, "KMS.KMSInternalException"), 503, "slow_down"],
  [s3Error(400, "RequestTimeout"), 503, "slow_down"],
  [s3Error(409, "OperationAborted"), 503, "slow_down"],
  [s3Error(429, "TooManyRequests"), 503, "slow_down"],
  [s3Error(412, "PreconditionFailed"), 412, "precondition_failed"],
  [s3Error(416, "InvalidRange"), 416, "range_not_satisfiable"],
  [s3Error(503, "SlowDown"), 503, "slow_down"],
  [s3Error(500, "InternalError"), 503, "slow_down"],
  [{ status: 500, body: "<html>" }, 503, "slow_down"],
  [{ status: 504, body: "<html>" }, 503, "slow_down"],
  [{ status: 200, body: "no entity tag" }, 502, "upstream_error"],
  [{ status: 206, headers: { etag: '"a"', "content-range": "bytes ?" } }, 502, "upstream_error"],
  [{ cutAfterBytes: 0, status: 404, body: "cut" }, 503, "slow_down"],
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
    // Whoever can do something about it is told what.
    if (code === "misconfigured") t.regex(error.advice ?? "", /\.$|#ErrorCodeList$/);
  });
}

const headStatuses: readonly (readonly [number, ErrorCode])[] = [
  [301, "misconfigured"],
  [400, "forbidden"],
  [404, "not_found"],
  [403, "forbidden"],
  [412, "precondition_failed"],
  [503, "slow_down"],
  [500, "slow_down"],
];

for (const [status, code] of headStatuses) {
  test(`in answer to HEAD a bare ${status} is enough to know ${code}`, async (t) => {
    const { open } = await scriptObject(t, [{ status }], onlyOneTry);
    const error = await t.throwsAsync(open({ method: "HEAD" }), { instanceOf: Refusal });
    t.is(error.code, code);
    // The log never says that it is unknown.
    t.like(error.cause, { code: `HTTP ${status}`, status });
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

test("an S3 that nobody can reach passes, and the log has the connection's own code", async (t) => {
  const { open } = await scriptObject(t, [], {
    clientConfig: { endpoint: "http://127.0.0.1:1", maxAttempts: 1 },
  });
  const error = await t.throwsAsync(open(), { instanceOf: Refusal });
  t.is(error.code, "slow_down");
  t.like(error.cause, { code: "ECONNREFUSED", status: undefined });
});

test("an S3 that sends no answer in time passes", async (t) => {
  const { open } = await scriptObject(t, [{ silent: true }], {
    clientConfig: { maxAttempts: 1, requestHandler: { requestTimeout: 20, throwOnRequestTimeout: true } },
  });
  const error = await t.throwsAsync(open(), { instanceOf: Refusal });
  t.is(error.code, "slow_down");
  t.like(error.cause, { code: "ETIMEDOUT" });
});

test("the log names S3's code, its id of the request, and what the operator can do", async (t) => {
  const disabled = s3Error(400, "KMS.DisabledException");
  const { open } = await scriptObject(t, [
    { ...disabled, headers: { ...disabled.headers, "x-amz-request-id": "ABC123" } },
  ]);
  const error = await t.throwsAsync(open(), { instanceOf: Refusal });
  t.like(failureFields(error), {
    errorCode: "forbidden",
    cause: "KMS.DisabledException",
    upstreamRequestId: "ABC123",
  });
  t.regex(failureFields(error).advice ?? "", /KMS key is disabled/);
});
