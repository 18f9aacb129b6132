import test from "ava";
import { objectHeaders } from "../../../core/object-stream/response-headers.ts";
import { readAll, scriptObject } from "../../helpers/open-scripted-object.ts";
import { answerWithObject } from "../../helpers/scripted-s3.ts";

const object = {
  etag: '"a"',
  lastModified: new Date("2026-11-22T05:00:00Z"),
  size: 10,
  range: undefined,
  metadata: {},
};
const sha256 = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";

test("what the bytes cannot be read without is passed on", (t) => {
  const metadata = {
    ContentType: "text/html; charset=utf-8",
    ContentEncoding: "gzip",
    ContentLanguage: "de, en",
    CacheControl: "public, max-age=60",
  };
  const headers = objectHeaders({ ...object, metadata }, "attachment", true);
  t.is(headers["Content-Type"], "text/html; charset=utf-8");
  t.is(headers["Content-Encoding"], "gzip");
  t.is(headers["Content-Language"], "de, en");
  t.is(headers["Cache-Control"], "public, max-age=60");
});

test("what is no coding of the bytes is not passed on as one", (t) => {
  const coding = (ContentEncoding: string) =>
    objectHeaders({ ...object, metadata: { ContentEncoding } }, "attachment")["Content-Encoding"];
  for (const value of ["aws-chunked", "utf-8", "chunked", "identity", "binary", "gzip;q=1", ","]) {
    t.is(coding(value), undefined, value);
  }
  t.is(coding("gzip, aws-chunked"), "gzip");
  t.is(coding("GZIP"), "gzip");
  t.is(coding("deflate, br"), "deflate, br");
});

const cacheControls: readonly (readonly [stored: string | undefined, sent: string])[] = [
  [undefined, "private, no-cache"],
  ["public, max-age=60", "private, max-age=60"],
  ["Public,S-MaxAge=60, max-age=5", "private, max-age=5"],
  ["public", "private"],
  ["no-store", "private, no-store"],
  ['private="set-cookie", max-age=1', "private, max-age=1"],
  ['max-age=1, no-cache="a, public"', 'private, max-age=1, no-cache="a, public"'],
  ['max-age=1, x="public, s-maxage=5', "private, max-age=1, x="],
];

for (const [stored, sent] of cacheControls) {
  test(`where it takes credentials, an object stored with Cache-Control ${stored} is sent with ${sent}`, (t) => {
    const metadata = stored === undefined ? {} : { CacheControl: stored };
    const headers = objectHeaders({ ...object, metadata }, "attachment");
    t.is(headers["Cache-Control"], sent);
    t.is(headers["Vary"], "Authorization, X-Api-Key");
    const open = objectHeaders({ ...object, metadata }, "attachment", true);
    t.is(open["Cache-Control"], stored ?? "private, no-cache");
    t.is(open["Vary"], undefined);
  });
}

test("an object stored without a content type is plain bytes", (t) => {
  t.is(objectHeaders(object, "attachment")["Content-Type"], "application/octet-stream");
});

test("a stored value that no header can carry is dropped", (t) => {
  for (const value of ["a\r\nX-Evil: 1", "a\nb", "a\0b", "a\u007f", "ü", "", "a".repeat(1025)]) {
    const metadata = {
      ContentType: value,
      ContentEncoding: value,
      ContentLanguage: value,
      CacheControl: value,
    };
    t.deepEqual(objectHeaders({ ...object, metadata }, "attachment"), objectHeaders(object, "attachment"));
  }
});

test("a SHA-256 of the whole object goes out as its digest, and no other checksum does", (t) => {
  const digest = (metadata: object, range?: { first: number; last: number }) =>
    objectHeaders({ ...object, metadata, range }, "attachment")["Repr-Digest"];
  t.is(digest({ ChecksumSHA256: sha256, ChecksumType: "FULL_OBJECT" }), `sha-256=:${sha256}:`);
  t.is(digest({ ChecksumSHA256: `${sha256}-3`, ChecksumType: "COMPOSITE" }), undefined);
  t.is(digest({ ChecksumSHA256: sha256, ChecksumType: "COMPOSITE" }), undefined);
  t.is(digest({ ChecksumSHA256: sha256 }), undefined);
  t.is(digest({ ChecksumType: "FULL_OBJECT" }), undefined);
  t.is(digest({ ChecksumSHA256: "a:\r\nb", ChecksumType: "FULL_OBJECT" }), undefined);
  t.is(digest({ ChecksumSHA256: sha256, ChecksumType: "FULL_OBJECT" }, { first: 0, last: 4 }), undefined);
});

test("S3 is asked for the checksum with GET and HEAD, and the body is not held against it", async (t) => {
  const stored = { "x-amz-checksum-sha256": sha256, "x-amz-checksum-type": "FULL_OBJECT" };
  const { open, requests } = await scriptObject(t, (request) => answerWithObject("other", request, stored));
  const answer = await open();
  t.is(answer.headers["Repr-Digest"], `sha-256=:${sha256}:`);
  t.is(String(await readAll(answer.body)), "other");
  t.is((await open({ method: "HEAD" })).headers["Repr-Digest"], `sha-256=:${sha256}:`);
  t.deepEqual(
    requests.map(({ headers }) => headers["x-amz-checksum-mode"]),
    ["ENABLED", "ENABLED"],
  );
});
