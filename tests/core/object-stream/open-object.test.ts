import test from "ava";
import fc from "fast-check";
import { Refusal } from "../../../core/refusal.ts";
import { readAll, scriptObject } from "../../helpers/open-scripted-object.ts";
import { answerWithObject, ETAG, LAST_MODIFIED } from "../../helpers/scripted-s3.ts";

const CONTENT = "0123456789";

const wholeHeaders = {
  "Accept-Ranges": "bytes",
  "Cache-Control": "private, no-cache",
  "Content-Disposition": "attachment; filename=k.txt",
  "Content-Length": "10",
  "Content-Security-Policy": "sandbox",
  "Content-Type": "text/plain",
  ETag: ETAG,
  "Last-Modified": LAST_MODIFIED,
  Vary: "Authorization, X-Api-Key",
  "X-Content-Type-Options": "nosniff",
  "X-Object-Size": "10",
};

test("a plain GET answers with the whole object after one request to S3", async (t) => {
  const { open, requests } = await scriptObject(t, (request) => answerWithObject(CONTENT, request));
  const { status, headers, body, objectSize } = await open();
  t.is(status, 200);
  t.deepEqual(headers, wholeHeaders);
  t.is(objectSize, 10);
  t.is(String(await readAll(body)), CONTENT);
  t.is(requests.length, 1);
});

test("HEAD answers with the headers of GET and no body, whatever its Range", async (t) => {
  const { open, requests } = await scriptObject(t, () => answerWithObject(CONTENT, { headers: {} }));
  const answer = await open({ method: "HEAD", headers: { range: "bytes=0-1" } });
  t.deepEqual(answer, { status: 200, headers: wholeHeaders, objectSize: 10 });
  t.is(requests[0]?.method, "HEAD");
  t.is(requests[0]?.headers.range, undefined);
});

const ranges: readonly (readonly [range: string, contentRange: string | undefined, body: string])[] = [
  ["bytes=2-4", "bytes 2-4/10", "234"],
  ["bytes=0-0", "bytes 0-0/10", "0"],
  ["bytes=7-", "bytes 7-9/10", "789"],
  ["bytes=7-99", "bytes 7-9/10", "789"],
  ["bytes=-3", "bytes 7-9/10", "789"],
  ["bytes=-99", "bytes 0-9/10", CONTENT],
  ["bytes=0-1,3-4", undefined, CONTENT],
  ["bytes=4-2", undefined, CONTENT],
  ["lines=1-2", undefined, CONTENT],
];

for (const [range, contentRange, wanted] of ranges) {
  test(`Range ${range} is answered with ${contentRange ?? "the whole"}`, async (t) => {
    const { open, requests } = await scriptObject(t, (request) => answerWithObject(CONTENT, request));
    const { status, headers, body } = await open({ headers: { range } });
    t.is(status, contentRange === undefined ? 200 : 206);
    t.is(headers["Content-Range"], contentRange);
    t.is(headers["Content-Length"], String(wanted.length));
    t.is(headers["X-Object-Size"], "10");
    t.is(String(await readAll(body)), wanted);
    t.is(requests.length, 1);
  });
}

test("whatever the Range header, the answer is whole and true to its headers, or a 416 with the size", async (t) => {
  const { open } = await scriptObject(t, (request) => answerWithObject(CONTENT, request));
  const anyRange = fc
    .tuple(fc.option(fc.integer({ min: 0, max: 12 })), fc.option(fc.integer({ min: 0, max: 12 })))
    .map(([first, last]) => `bytes=${first ?? ""}-${last ?? ""}`);
  await fc.assert(
    fc.asyncProperty(fc.oneof(anyRange, fc.string()), async (range) => {
      try {
        const { status, headers, body } = await open({ headers: { range } });
        const bytes = String(await readAll(body));
        t.is(headers["Content-Length"], String(bytes.length));
        const first = Number(/^bytes (\d+)-/.exec(headers["Content-Range"] ?? "")?.[1] ?? 0);
        t.is(bytes, CONTENT.slice(first, first + bytes.length));
        t.is(status === 200, bytes.length === 10 && headers["Content-Range"] === undefined);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        t.is(error.headers["Content-Range"], "bytes */10");
      }
    }),
  );
});

test("an If-Range that holds brings the part after one request", async (t) => {
  for (const ifRange of [ETAG, LAST_MODIFIED]) {
    const { open, requests } = await scriptObject(t, (request) => answerWithObject(CONTENT, request));
    const { status, body } = await open({ headers: { range: "bytes=5-", "if-range": ifRange } });
    t.is(status, 206);
    t.is(String(await readAll(body)), "56789");
    t.is(requests.length, 1);
  }
});

test("an If-Range that S3 finds not to hold brings the whole after a second request", async (t) => {
  const { open, requests } = await scriptObject(t, (request) =>
    request.headers["if-match"] === undefined ? answerWithObject(CONTENT, request) : { status: 412 },
  );
  const { status, body } = await open({ headers: { range: "bytes=5-", "if-range": '"old"' } });
  t.is(status, 200);
  t.is(String(await readAll(body)), CONTENT);
  t.deepEqual(
    requests.map(({ headers }) => [headers.range, headers["if-match"]]),
    [
      ["bytes=5-", '"old"'],
      [undefined, undefined],
    ],
  );
});

test("an If-Range that cannot hold brings the whole, and the part S3 began is let go", async (t) => {
  for (const ifRange of [`W/${ETAG}`, "Sun, 22 Nov 2026 05:00:01 GMT", "nonsense"]) {
    const { open, requests, idle } = await scriptObject(t, (request) => ({
      ...answerWithObject(CONTENT, request),
      ...(request.headers.range !== undefined && { stallAfterBytes: 1 }),
    }));
    const { status, body } = await open({ headers: { range: "bytes=5-", "if-range": ifRange } });
    t.is(status, 200);
    t.is(String(await readAll(body)), CONTENT);
    t.is(requests.length, 2);
    await idle();
  }
});

test("an If-Range without a Range means nothing", async (t) => {
  const { open, requests } = await scriptObject(t, (request) => answerWithObject(CONTENT, request));
  const { status } = await open({ headers: { "if-range": '"old"' } });
  t.is(status, 200);
  t.is(requests[0]?.headers["if-match"], undefined);
});

test("a 304 of S3 carries the validators and what S3 says of caching", async (t) => {
  const validators = { etag: ETAG, "last-modified": LAST_MODIFIED };
  for (const method of ["GET", "HEAD"] as const) {
    const { open, requests } = await scriptObject(t, [
      { status: 304, headers: { ...validators, "cache-control": "max-age=60" } },
      { status: 304, headers: validators },
    ]);
    const request = { method, headers: { "if-none-match": ETAG } };
    t.deepEqual(await open(request), {
      status: 304,
      headers: {
        ETag: ETAG,
        "Last-Modified": LAST_MODIFIED,
        "Cache-Control": "private, max-age=60",
        Vary: "Authorization, X-Api-Key",
      },
    });
    t.is((await open(request)).headers["Cache-Control"], "private, no-cache");
    t.is(requests[0]?.headers["if-none-match"], ETAG);
  }
});

test("a condition S3 is not asked about is decided on its answer, whose body is let go", async (t) => {
  const { open, requests, idle } = await scriptObject(t, (request) => ({
    ...answerWithObject(CONTENT, request),
    stallAfterBytes: 1,
  }));
  const notModified = await open({ headers: { "if-none-match": `"x", W/${ETAG}` } });
  t.deepEqual(notModified, {
    status: 304,
    headers: {
      ETag: ETAG,
      "Last-Modified": LAST_MODIFIED,
      "Cache-Control": "private, no-cache",
      Vary: "Authorization, X-Api-Key",
    },
  });
  const error = await t.throwsAsync(open({ headers: { "if-match": '"x", "y"' } }), { instanceOf: Refusal });
  t.is(error.code, "precondition_failed");
  t.is(requests.length, 2);
  await idle();
});

test("an answer longer than allowed is refused with the size and an example", async (t) => {
  const { open, idle } = await scriptObject(t, (request) => ({
    ...answerWithObject(CONTENT, request),
    stallAfterBytes: 1,
  }));
  for (const headers of [{}, { range: "bytes=1-" }]) {
    const error = await t.throwsAsync(open({ headers }, { largestBytes: 8 }), { instanceOf: Refusal });
    t.is(error.code, "range_required");
    t.is(error.status, 400);
    t.is(error.headers["X-Object-Size"], "10");
    t.regex(error.message, /has 10 bytes .* at most 8\. .*"Range: bytes=0-7"/);
  }
  await idle();
});

test("a range that fits, and HEAD, are answered however large the object is", async (t) => {
  const { open } = await scriptObject(t, (request) => answerWithObject(CONTENT, request));
  const part = await open({ headers: { range: "bytes=2-" } }, { largestBytes: 8 });
  t.is(String(await readAll(part.body)), "23456789");
  t.is((await open({ method: "HEAD" }, { largestBytes: 8 })).headers["Content-Length"], "10");
});

test("a parameter that is not allowed costs no request to S3", async (t) => {
  const { open, requests } = await scriptObject(t, []);
  const error = await t.throwsAsync(open({ parameters: { disposition: "evil" } }), { instanceOf: Refusal });
  t.is(error.code, "invalid_parameter");
  t.is(requests.length, 0);
});

test("an empty object is answered whole", async (t) => {
  const { open, requests } = await scriptObject(t, (request) => answerWithObject("", request));
  const { status, headers, body } = await open();
  t.is(status, 200);
  t.is(headers["Content-Length"], "0");
  t.is((await readAll(body)).length, 0);
  t.is(requests.length, 1);
});
