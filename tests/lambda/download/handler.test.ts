import test from "ava";
import type { S3Client } from "@aws-sdk/client-s3";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorBody } from "../../../contract/errors.ts";
import { BrokenBodyError } from "../../../core/object-stream/index.ts";
import {
  LEAST_READER_BYTES_PER_SECOND,
  READER_PATIENCE_MILLISECONDS,
} from "../../../core/reader-patience.ts";
import { limits } from "../../../contract/limits.ts";
import { ReaderGoneError } from "../../../core/reader-gone-error.ts";
import { downloadEvent, startDownloadFunction } from "../../helpers/invoke-download.ts";
import { until } from "../../helpers/until.ts";
import { answerWithObject, ETAG, LAST_MODIFIED, s3Error } from "../../helpers/scripted-s3.ts";

const CONTENT = "0123456789";
const whole = answerWithObject(CONTENT, { headers: {} });

test("a download sends metadata, then the bytes, and resolves", async (t) => {
  const { invoke, log } = await startDownloadFunction(t, [whole]);
  const { stream, done } = invoke();
  t.is(await done, undefined);
  const { metadata, payload } = stream.response();
  t.is(metadata.statusCode, 200);
  t.is(metadata.headers?.["ETag"], ETAG);
  t.is(String(payload), CONTENT);
  t.true(stream.ended);
  t.like(log, {
    length: 1,
    0: {
      requestId: "gateway-request",
      lambdaRequestId: "lambda-request",
      method: "GET",
      status: 200,
      outcome: "handed_over",
      objectBytes: 10,
      bytesHandedOver: 10,
      s3Requests: 1,
      s3Retries: 0,
    },
  });
  t.true((log[0]?.durationMilliseconds ?? -1) >= (log[0]?.firstByteMilliseconds ?? Infinity));
});

test("an answer without a body still sends its metadata", async (t) => {
  const head = downloadEvent({ method: "HEAD" });
  const notModified = downloadEvent({ headers: { "If-None-Match": ETAG } });
  const { invoke, log } = await startDownloadFunction(t, [
    whole,
    { status: 304, headers: { etag: ETAG, "last-modified": LAST_MODIFIED } },
    { status: 404 },
  ]);
  for (const [event, status] of [
    [head, 200],
    [notModified, 304],
    [head, 404],
  ] as const) {
    const { stream, done } = invoke(event);
    t.is(await done, undefined);
    t.is(stream.response().metadata.statusCode, status);
    t.is(stream.response().payload.length, 0);
    t.true(stream.ended);
  }
  t.deepEqual(
    log.map(({ outcome }) => outcome),
    ["handed_over", "not_modified", "refused"],
  );
});

const errors = [
  [downloadEvent({ path: "/download/100%.txt" }), [], 400, "invalid_key"],
  [downloadEvent({ path: "/download/" }), [], 400, "invalid_key"],
  [downloadEvent({ path: "/download/other/k.txt" }), [], 403, "forbidden"],
  [downloadEvent({ path: "/download/in/k", query: { disposition: "x" } }), [], 400, "invalid_parameter"],
  [downloadEvent({ path: "/download/in/k" }), [s3Error(404, "NoSuchKey")], 404, "not_found"],
  [downloadEvent({ path: "/download/in/k" }), [s3Error(403, "AccessDenied")], 403, "forbidden"],
  [
    downloadEvent({ path: "/download/in/k", headers: { Range: "bytes=10-" } }),
    [s3Error(416, "InvalidRange", "<ActualObjectSize>10</ActualObjectSize>")],
    416,
    "range_not_satisfiable",
  ],
  [
    downloadEvent({ path: "/download/in/k" }),
    [{ ...whole, headers: { ...whole.headers, "content-length": "200000001" }, stallAfterBytes: 1 }],
    400,
    "range_required",
  ],
] as const;

for (const [event, script, status, code] of errors) {
  test(`${event.path} ${JSON.stringify(event.headers)} ends in ${status} ${code} as JSON`, async (t) => {
    const { invoke, log, requests } = await startDownloadFunction(t, script, { keyPrefix: "in/" });
    const { stream, done } = invoke(event);
    t.is(await done, undefined);
    const { metadata, payload } = stream.response();
    t.is(metadata.statusCode, status);
    t.like(metadata.headers, {
      "Cache-Control": "no-store",
      "Content-Length": String(payload.length),
      "Content-Type": "application/json",
    });
    t.is((JSON.parse(String(payload)) as ErrorBody).error.code, code);
    t.notRegex(String(payload), /internal-words|<Error>/);
    t.like(log[0], { outcome: "refused", errorCode: code, status });
    t.is(requests.length, script.length);
  });
}

test("an S3 that asks to slow down is tried again, and passed on with Retry-After", async (t) => {
  const slowDown = s3Error(503, "SlowDown");
  const { invoke, log } = await startDownloadFunction(t, [slowDown, slowDown, slowDown]);
  const { stream, done } = invoke();
  await done;
  const { metadata } = stream.response();
  t.is(metadata.statusCode, 503);
  t.is(metadata.headers?.["Retry-After"], "2");
  t.like(log[0], {
    outcome: "failed",
    errorCode: "slow_down",
    cause: "SlowDown",
    s3Requests: 1,
    s3Retries: 2,
  });
});

test("a body that cannot be healed makes the handler throw, and the next request is served", async (t) => {
  const { invoke, log } = await startDownloadFunction(t, [
    { ...whole, cutAfterBytes: 4 },
    s3Error(412, "PreconditionFailed"),
    whole,
  ]);
  const broken = invoke();
  t.true((await broken.done) instanceof BrokenBodyError);
  t.is(String(broken.stream.response().payload), "0123");
  t.false(broken.stream.ended);
  t.like(log[0], {
    status: 200,
    outcome: "broken_off",
    bytesHandedOver: 4,
    s3Requests: 2,
    cause: "ObjectChangedError",
  });
  const next = invoke();
  t.is(await next.done, undefined);
  t.is(String(next.stream.response().payload), CONTENT);
});

test("a reader who is behind is waited for", async (t) => {
  const { invoke } = await startDownloadFunction(t, [whole]);
  const { stream, done } = invoke();
  stream.paused = true;
  await stream.payloadOf(10);
  t.is(stream.listenerCount("drain"), 1);
  t.false(stream.ended);
  stream.drain();
  t.is(await done, undefined);
  t.true(stream.ended);
  t.is(stream.listenerCount("drain"), 0);
});

test("a steady reader is waited for, however long the whole takes", async (t) => {
  const { invoke, log } = await startDownloadFunction(
    t,
    [answerWithObject(Buffer.alloc(600_000), { headers: {} })],
    { readerPatienceMilliseconds: 400 },
  );
  const { stream, done } = invoke();
  // A reader who empties the buffers on the way only now and then, but always sooner than the patience ends.
  while (!stream.ended) {
    stream.paused = true;
    await sleep(50);
    stream.drain();
  }
  t.is(await done, undefined);
  t.like(log[0], { outcome: "handed_over", bytesHandedOver: 600_000 });
  t.true((log[0]?.durationMilliseconds ?? 0) > 400);
});

test("the patience with a reader is what the buffers on the way last at the least rate", (t) => {
  const buffered = limits.lambdaStreamBurstBytes.value + limits.gatewayStreamBurstBytes.value;
  t.is(READER_PATIENCE_MILLISECONDS / 1000, buffered / LEAST_READER_BYTES_PER_SECOND);
  t.true(LEAST_READER_BYTES_PER_SECOND < 50_000);
});

test("a reader who takes nothing for too long ends the invocation and the reading", async (t) => {
  const { invoke, log, idle } = await startDownloadFunction(t, [{ ...whole, stallAfterBytes: 4 }], {
    readerPatienceMilliseconds: 20,
  });
  const { stream, done } = invoke();
  stream.paused = true;
  t.true((await done) instanceof ReaderGoneError);
  await idle();
  t.like(log[0], { status: 200, outcome: "abandoned", cause: "reader_stalled", bytesHandedOver: 4 });
});

test("a runtime that cannot hand over the failure to a reader who takes nothing is ended", async (t) => {
  const { invoke } = await startDownloadFunction(t, [{ ...whole, stallAfterBytes: 4 }], {
    readerPatienceMilliseconds: 20,
    failureGraceMilliseconds: 20,
  });
  const { stream, done } = invoke();
  stream.paused = true;
  t.true((await done) instanceof ReaderGoneError);
  t.false(stream.destroyed);
  await until(() => stream.destroyed);
});

test("a runtime that has handed over the failure is left alone", async (t) => {
  const { invoke } = await startDownloadFunction(t, [{ ...whole, stallAfterBytes: 4 }], {
    readerPatienceMilliseconds: 20,
    failureGraceMilliseconds: 20,
  });
  const { stream, done } = invoke();
  stream.paused = true;
  t.true((await done) instanceof ReaderGoneError);
  stream.close();
  await sleep(60);
  t.false(stream.destroyed);
});

test("a reader who leaves while bytes are waited for ends the invocation and the reading", async (t) => {
  const { invoke, log, idle } = await startDownloadFunction(t, [{ ...whole, stallAfterBytes: 4 }]);
  const { stream, done } = invoke();
  await stream.payloadOf(4);
  stream.close();
  t.true((await done) instanceof ReaderGoneError);
  await idle();
  t.like(log[0], { outcome: "abandoned", cause: "reader_closed", bytesHandedOver: 4 });
});

test("a reader who leaves before S3 has answered gets nothing written", async (t) => {
  const { invoke, log, idle } = await startDownloadFunction(t, [{ silent: true }]);
  const { stream, done } = invoke();
  stream.close();
  t.true((await done) instanceof ReaderGoneError);
  await idle();
  t.is(stream.written.length, 0);
  t.is(log[0]?.outcome, "abandoned");
});

test("the log names the object by a hash, and in clear only when told to", async (t) => {
  const path = "/download/canary%20key";
  const hashed = await startDownloadFunction(t, [whole]);
  await hashed.invoke(
    downloadEvent({ path, query: { filename: "canary" }, headers: { "x-api-key": "canary" } }),
  ).done;
  t.notRegex(JSON.stringify(hashed.log), /canary/);
  t.is(hashed.log[0]?.keySha256, createHash("sha256").update("canary key").digest("hex").slice(0, 16));
  const clear = await startDownloadFunction(t, [whole], { logKeys: true });
  await clear.invoke(downloadEvent({ path })).done;
  t.is(clear.log[0]?.key, "canary key");
  t.is(clear.log[0]?.keySha256, undefined);
});

test("awkward keys reach S3 as they are", async (t) => {
  const { invoke, requests } = await startDownloadFunction(t, () => whole);
  const tails = [
    "100%25.txt",
    "a%252Fb",
    "a+b",
    "%E6%97%A5%E6%9C%AC.txt",
    "%22%5C%3B%23%3F",
    "/x",
    "%F0%9F%92%BB",
  ];
  for (const tail of tails) t.is(await invoke(downloadEvent({ path: `/download/${tail}` })).done, undefined);
  t.deepEqual(
    requests.map(({ url }) => decodeURIComponent(url.slice("/bucket/".length).replace(/\?.*/, ""))),
    tails.map((tail) => decodeURIComponent(tail)),
  );
});

test("a fault of ours is a 500 that tells nothing, and the log says where it is", async (t) => {
  const store = { bucket: "bucket", keyPrefix: "", client: {} as S3Client };
  const { invoke, log } = await startDownloadFunction(t, [], { store });
  const { stream, done } = invoke();
  t.is(await done, undefined);
  const { metadata, payload } = stream.response();
  t.is(metadata.statusCode, 500);
  t.is(String(payload), '{"error":{"code":"internal_error","message":"The API failed."}}');
  t.like(log[0], { outcome: "failed", errorCode: "internal_error", cause: "TypeError" });
  t.regex(log[0]?.stack?.[0] ?? "", /object-reader/);
});
