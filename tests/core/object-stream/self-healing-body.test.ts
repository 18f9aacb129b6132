import test from "ava";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { BrokenBodyError } from "../../../core/broken-body-error.ts";
import {
  ObjectChangedError,
  selfHealingBody,
  type HealingTimes,
} from "../../../core/object-stream/self-healing-body.ts";
import { readAll, scriptObject, type ScriptedRequest } from "../../helpers/open-scripted-object.ts";
import { answerWithObject, ETAG, s3Error, type ScriptedAnswer } from "../../helpers/scripted-s3.ts";

const CONTENT = "0123456789";
/** No body stalls in these times, however busy the machine is. */
const healingTimes: HealingTimes = { stallMilliseconds: 60_000, pauseMilliseconds: 1 };
/** Of a body that does, while nothing else goes on. */
const shortTimes: HealingTimes = { ...healingTimes, stallMilliseconds: 3_000 };

/** The object from a byte on, as S3 answers the range that is asked for. */
const from = (first: number, last = 9) =>
  answerWithObject(CONTENT, { headers: { range: `bytes=${first}-${last}` } });
const whole = answerWithObject(CONTENT, { headers: {} });

const healed: readonly (readonly [
  title: string,
  answers: readonly ScriptedAnswer[],
  ranges: readonly (string | undefined)[],
])[] = [
  ["a dropped body", [{ ...whole, cutAfterBytes: 4 }, from(4)], [undefined, "bytes=4-9"]],
  ["a body that brings nothing", [{ ...whole, cutAfterBytes: 0 }, from(0)], [undefined, "bytes=0-9"]],
  [
    "a body that drops again and again but moves on",
    [
      { ...whole, cutAfterBytes: 1 },
      ...[1, 2, 3, 4].map((at) => ({ ...from(at), cutAfterBytes: 1 })),
      from(5),
    ],
    [undefined, "bytes=1-9", "bytes=2-9", "bytes=3-9", "bytes=4-9", "bytes=5-9"],
  ],
  [
    "three fruitless tries and a good one",
    [{ ...whole, cutAfterBytes: 4 }, ...[4, 4].map((at) => ({ ...from(at), cutAfterBytes: 0 })), from(4)],
    [undefined, "bytes=4-9", "bytes=4-9", "bytes=4-9"],
  ],
  [
    "S3 errors while trying again",
    [{ ...whole, cutAfterBytes: 4 }, s3Error(500, "InternalError"), s3Error(403, "AccessDenied"), from(4)],
    [undefined, "bytes=4-9", "bytes=4-9", "bytes=4-9"],
  ],
];

for (const [title, answers, wantedRanges] of healed) {
  test(`the reader notices nothing of ${title}`, async (t) => {
    const { open, requests } = await scriptObject(t, answers, { clientConfig: { maxAttempts: 1 } });
    const { body } = await open({}, { healingTimes });
    t.is(String(await readAll(body)), CONTENT);
    t.deepEqual(
      requests.map(({ headers }) => headers.range),
      wantedRanges,
    );
    t.deepEqual(
      requests.map(({ headers }) => headers["if-match"]),
      wantedRanges.map((range) => (range === undefined ? undefined : ETAG)),
    );
  });
}

test.serial("the reader notices nothing of a stalled body", async (t) => {
  const { open, requests } = await scriptObject(t, [{ ...whole, stallAfterBytes: 4 }, from(4)]);
  const { body } = await open({}, { healingTimes: shortTimes });
  t.is(String(await readAll(body)), CONTENT);
  t.deepEqual(
    requests.map(({ headers }) => headers.range),
    [undefined, "bytes=4-9"],
  );
});

test("a dropped part is read on to its own end, not the object's", async (t) => {
  const { open, requests } = await scriptObject(t, [{ ...from(2, 6), cutAfterBytes: 2 }, from(4, 6)]);
  const { body } = await open({ headers: { range: "bytes=2-6" } }, { healingTimes });
  t.is(String(await readAll(body)), "23456");
  t.is(requests[1]?.headers.range, "bytes=4-6");
});

async function readUntilBroken(body: AsyncIterable<Uint8Array> | undefined) {
  let read = "";
  try {
    for await (const chunk of body ?? []) read += Buffer.from(chunk).toString();
  } catch (error) {
    return { read, error };
  }
  return { read, error: undefined };
}

const lost: readonly (readonly [string, readonly ScriptedAnswer[]])[] = [
  ["has changed", [s3Error(412, "PreconditionFailed")]],
  ["is gone", [s3Error(404, "NoSuchKey")]],
  ["comes back with another entity tag", [{ ...from(4), headers: { ...from(4).headers, etag: '"new"' } }]],
  ["comes back from its start", [whole]],
  ["comes back from another byte", [from(5)]],
];

for (const [title, answers] of lost) {
  test(`an object that ${title} breaks the body off at once`, async (t) => {
    const { open, requests } = await scriptObject(t, [{ ...whole, cutAfterBytes: 4 }, ...answers]);
    const { read, error } = await readUntilBroken((await open({}, { healingTimes })).body);
    t.is(read, "0123");
    t.true(error instanceof BrokenBodyError && error.cause instanceof ObjectChangedError);
    t.is(requests.length, 2);
  });
}

test("after three tries that bring no byte the body is broken off", async (t) => {
  const fruitless = { ...from(4), cutAfterBytes: 0 };
  const { open, requests } = await scriptObject(t, [
    { ...whole, cutAfterBytes: 4 },
    ...[fruitless, fruitless, fruitless, from(4)],
  ]);
  const { read, error } = await readUntilBroken((await open({}, { healingTimes })).body);
  t.is(read, "0123");
  t.true(error instanceof BrokenBodyError);
  t.is(requests.length, 4);
});

/** A body without HTTP around it, for what HTTP's own framing does not let happen. */
function bodyFrom(
  chunks: readonly string[],
  bytes: number,
  { reopened = [], times = healingTimes }: { reopened?: readonly string[]; times?: HealingTimes } = {},
) {
  const stop = new AbortController();
  const reopenedAt: number[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const body = selfHealingBody(
    {
      body: stream,
      range: { first: 0, last: bytes - 1 },
      reopen: ({ first }) => {
        reopenedAt.push(first);
        return Promise.resolve(Readable.from(reopened.map((chunk) => Buffer.from(chunk))));
      },
      signal: stop.signal,
    },
    times,
  );
  return { body, stream, stop, reopenedAt };
}

test("a body that ends in good order but early is read on", async (t) => {
  const { body, reopenedAt } = bodyFrom(["012"], 5, { reopened: ["34"] });
  t.is(String(await readAll(body)), "01234");
  t.deepEqual(reopenedAt, [3]);
});

test("bytes beyond the expected ones never go out, and are not waited for", async (t) => {
  const chunks = Array.from({ length: 1000 }, () => "012");
  const { body, stream } = bodyFrom(chunks, 5);
  t.is(String(await readAll(body)), "01201");
  t.true(stream.destroyed);
  t.false(stream.readableEnded);
});

test("a slow reader's pauses are not taken for a stalled body", async (t) => {
  const { body, reopenedAt } = bodyFrom(["0", "1"], 2, { times: shortTimes });
  const iterator = body[Symbol.asyncIterator]();
  await iterator.next();
  const clock = performance.now();
  while (performance.now() - clock < shortTimes.stallMilliseconds * 1.2) await turn();
  t.is(Buffer.from((await iterator.next()).value as Uint8Array).toString(), "1");
  t.deepEqual(reopenedAt, []);
});

test("a reader that stops destroys the body", async (t) => {
  const { body, stream } = bodyFrom(["0", "1", "2"], 3);
  for await (const chunk of body) {
    t.is(Buffer.from(chunk).toString(), "0");
    break;
  }
  t.true(stream.destroyed);
});

const abortedWhile: readonly (readonly [string, Partial<ScriptedRequest>, readonly ScriptedAnswer[]])[] = [
  ["waiting for bytes", {}, [{ ...whole, stallAfterBytes: 4 }]],
  ["waiting for S3's answer to a new try", {}, [{ ...whole, cutAfterBytes: 4 }, { silent: true }]],
];

for (const [title, request, answers] of abortedWhile) {
  test(`a caller who leaves while ${title} ends the reading with the signal's reason`, async (t) => {
    const { open, requests, stop, idle } = await scriptObject(t, answers);
    const { body } = await open(request, { healingTimes });
    const reading = readUntilBroken(body);
    while (requests.length < answers.length) await turn();
    stop.abort(new Error("left"));
    t.is(((await reading).error as Error).message, "left");
    await idle();
  });
}

test("a body nobody began to read is let go by the signal", async (t) => {
  const { open, stop, idle } = await scriptObject(t, [{ ...whole, stallAfterBytes: 4 }]);
  await open();
  stop.abort();
  await idle();
  t.pass();
});

test("bodies read to their end, also empty ones, leave their connection to the next request", async (t) => {
  const { open, connections } = await scriptObject(t, [whole, answerWithObject("", { headers: {} }), whole]);
  for (const content of [CONTENT, "", CONTENT]) t.is(String(await readAll((await open()).body)), content);
  t.is(connections(), 1);
});
