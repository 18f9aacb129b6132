import {
  answerWithObject,
  ETAG,
  LAST_MODIFIED,
  s3Error,
  type ReceivedRequest,
  type ScriptedAnswer,
} from "../../helpers/scripted-s3.ts";

/** One request for an object, and what S3 has to say to it. */
export interface Case {
  readonly method?: "GET" | "HEAD";
  /** What follows the route's fixed part, without the query. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** S3's answer; the object when left out. */
  readonly s3?: (request: ReceivedRequest) => ScriptedAnswer;
}

const CONTENT = "0123456789";
const object = (stored: Readonly<Record<string, string>> = {}) => {
  return (request: ReceivedRequest) => answerWithObject(CONTENT, request, stored);
};
const always = (answer: ScriptedAnswer) => () => answer;

const earlier = "Sun, 22 Nov 2026 04:59:59 GMT";
const later = "Sun, 22 Nov 2026 05:00:01 GMT";

const conditions: Case[] = [
  { "if-match": ETAG },
  { "if-match": '"other"' },
  { "if-match": `"other", ${ETAG}` },
  { "if-match": `W/${ETAG}` },
  { "if-match": "*" },
  { "if-match": "nonsense" },
  { "if-none-match": ETAG },
  { "if-none-match": `W/${ETAG}` },
  { "if-none-match": `"other" , W/${ETAG}` },
  { "if-none-match": "*" },
  { "if-none-match": '"other"' },
  { "if-match": '"other"', "if-none-match": ETAG },
  { "if-match": ETAG, "if-unmodified-since": earlier },
  { "if-none-match": '"other"', "if-modified-since": later },
  ...[earlier, LAST_MODIFIED, later, "Sunday, 22-Nov-26 05:00:01 GMT", "Sun Nov 22 05:00:01 2026"].flatMap(
    (date) => [{ "if-modified-since": date }, { "if-unmodified-since": date }],
  ),
  { "if-modified-since": "yesterday" },
  { "if-unmodified-since": "Sun, 99 Nov 2026 05:00:00 GMT" },
  { "if-unmodified-since": "Sun, 31 Feb 2016 05:00:00 GMT" },
  { "if-unmodified-since": "Sun, 22 Nov 2026 04:00:00 +0100" },
  { "if-unmodified-since": `${earlier}, ${earlier}` },
].flatMap((headers) => [{ headers }, { method: "HEAD" as const, headers }]);

const ranges: Case[] = [
  ...[
    "bytes=0-0",
    "bytes=2-5",
    "Bytes= 2-5 ",
    "bytes=5-",
    "bytes=-3",
    "bytes=-30",
    "bytes=5-500",
    "bytes=10-",
    "bytes=0000000000000000000000004-5",
    `bytes=0-${"9".repeat(5000)}`,
    "bytes=5-2",
    "bytes=0-1,3-4",
    "bytes=",
    "bytes=-",
    "bytes=a-b",
    "items=0-1",
  ].map((range) => ({ headers: { range } })),
  ...[ETAG, `W/${ETAG}`, '"other"', LAST_MODIFIED, earlier, later, "nonsense", ""].map((ifRange) => ({
    headers: { range: "bytes=2-5", "if-range": ifRange },
    s3: ({ headers }: ReceivedRequest) =>
      headers["if-match"] === '"other"' || headers["if-unmodified-since"] === earlier
        ? s3Error(412, "PreconditionFailed")
        : answerWithObject(CONTENT, { headers }),
  })),
  { headers: { "if-range": ETAG } },
  { method: "HEAD", headers: { range: "bytes=2-5" } },
];

const stored: Case[] = [
  { "content-type": "text/html; charset=utf-8" },
  { "content-type": "a\tb" },
  ...[
    "gzip",
    "GZIP, aws-chunked",
    "aws-chunked,gzip",
    "aws-chunked",
    "utf-8",
    "chunked",
    "identity",
    "br , zstd",
    "gzip;q=1",
    ",",
  ].map((coding) => ({ "content-encoding": coding, "content-language": "de" })),
  ...[
    "public, max-age=60",
    "max-age=60, Public",
    "s-maxage=60, max-age=0",
    "public",
    "private, no-store",
    'private="set-cookie", public',
    'no-cache="a, public", max-age=1',
    'max-age=1, x="public, s-maxage=5',
    "no-store",
    "immutable,,max-age=1,",
    "proxy-revalidate , must-revalidate",
    "x".repeat(1025),
  ].map((value) => ({ "cache-control": value })),
  ...[
    "attachment; filename=report.pdf",
    'inline; filename="two words.pdf"',
    "attachment; filename=\"a.txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt",
    "attachment; filename*=utf-8''%e6%97%a5.txt; filename=b.txt",
    "attachment; filename*=iso-8859-1'de'f%FCr.txt",
    "attachment; filename*=UTF-8''%ZZ; filename=fallback.txt",
    "attachment; filename*=\"UTF-8''quoted.txt\"",
    'attachment; filename="say \\"hi\\".txt"',
    'attachment; filename="C:\\\\folder\\\\b.txt"',
    'attachment; filename="../../etc/passwd"',
    'attachment; filename=".."',
    'attachment; filename=""',
    'attachment; filename="open',
    "attachment; filename=foo bar.txt ; x=y",
    "attachment; FILENAME = spaced.txt",
    "attachment; filename=one.txt; filename=two.txt",
    "attachment",
    "; filename=typeless.txt",
    'filename="no type.txt"',
    Buffer.from('attachment; filename="日本語.txt"').toString("latin1"),
    Buffer.from('attachment; filename="für.txt"', "latin1").toString("latin1"),
    `attachment; filename="${"x".repeat(300)}.txt"`,
    'attachment; filename="a<b>c:d|e?f*g.txt"',
    'attachment; filename="aux.txt"',
    'attachment; filename="=?UTF-8?B?5pel?="',
  ].map((disposition) => ({ "content-disposition": disposition })),
  { "x-amz-checksum-sha256": `${"A".repeat(43)}=`, "x-amz-checksum-type": "FULL_OBJECT" },
  { "x-amz-checksum-sha256": `${"A".repeat(43)}=-3`, "x-amz-checksum-type": "COMPOSITE" },
].flatMap((headers) => [{ s3: object(headers) }, { method: "HEAD" as const, s3: object(headers) }]);

const names: Case[] = [
  ...[
    "plain.txt",
    "folder/in%20folder.txt",
    "folder/",
    "%22quotes%22%5Cand.txt",
    "100%25.txt",
    "%2541.txt",
    "%E6%97%A5%E6%9C%AC.txt",
    "%C3%A4.txt",
    "line%0D%0Abreak%7f.txt",
    "%E2%80%8D'()*!~.txt",
    "%F0%9F%9A%80%23%24%26%2B%5E%60%7C.txt",
    "/leading",
    "a//b",
    "a+b;c,d",
    "%E6%97%A5%E6%9C%AC%E8%AA%9E",
    "%E6%96%87%E5%AD%97.txt",
    "M%C3%BCller%20%26%20S%C3%B6hne.pdf",
    "%EF%BC%A1%EF%BC%8F%EF%BC%A2.txt",
    "e%CC%81.txt",
    "gpj.%E2%80%AEexe",
    "a%E2%80%A8b.txt",
    "con",
    "com1.tar.gz",
    "trailing.%20.",
    ".hidden",
    "back%5Cslash.txt",
    "x".repeat(300),
    `${"%E6%97%A5".repeat(100)}.txt`,
    "%E3%8E%AF".repeat(85),
    "download/download-stdlib/download-fastapi/x",
  ].map((key) => ({ key })),
  ...[
    "",
    "report.pdf",
    "ä b.pdf",
    "a/b/c.pdf",
    "c/",
    "..",
    " ",
    "a\\b",
    "CON",
    "line\nbreak",
    "\u202egpj.exe",
    "x".repeat(255),
    "x".repeat(256),
    "日".repeat(86),
  ].map((filename) => ({ query: { filename } })),
  ...["attachment", "inline", "Inline", "", "popup"].map((disposition) => ({ query: { disposition } })),
  ...[
    "application/pdf",
    "IMAGE/PNG",
    "image/svg+xml",
    "text/plain; charset=utf-8",
    "text/html",
    "audio/x-y.z+1",
    "video/é",
    "image/pngx",
    "xtext/plain",
  ].map((type) => ({ query: { disposition: "inline" }, s3: object({ "content-type": type }) })),
];

const refusals: Case[] = [
  ...[
    "",
    "100%.txt",
    "%zz",
    "%E0%A4%A",
    "%ED%A0%80",
    "%FF",
    "nul%00byte",
    "nul%00byte/..",
    "a%2F..%2Fb",
    "a/%2E%2E",
    "%2E",
    "..a",
    "a\\b",
    "x".repeat(1024),
    "x".repeat(1025),
    "%E6%97%A5".repeat(342),
  ].map((key) => ({ key })),
  ...[
    s3Error(404, "NoSuchKey"),
    s3Error(404, "NoSuchBucket"),
    s3Error(403, "AccessDenied"),
    s3Error(403, "SignatureDoesNotMatch"),
    s3Error(403, "InvalidObjectState"),
    s3Error(403, "AllAccessDisabled"),
    s3Error(403, "RequestTimeTooSkewed"),
    s3Error(405, "MethodNotAllowed"),
    s3Error(301, "PermanentRedirect"),
    s3Error(400, "AuthorizationHeaderMalformed"),
    s3Error(429, "TooManyRequests"),
    s3Error(400, "InvalidRequest"),
    s3Error(400, "KMS.DisabledException"),
    s3Error(400, "KMS.NotFoundException"),
    s3Error(400, "KMS.KMSInvalidStateException"),
    s3Error(400, "NoIdeaWhat"),
    s3Error(409, "OperationAborted"),
    s3Error(451, "UnavailableForLegalReasons"),
    s3Error(412, "PreconditionFailed"),
    s3Error(416, "InvalidRange", "<ActualObjectSize>10</ActualObjectSize>"),
    s3Error(416, "InvalidRange"),
    s3Error(400, "ExpiredToken"),
    { status: 200, headers: {}, body: CONTENT },
    { status: 206, headers: { etag: ETAG, "content-range": "bytes 5-2/10" }, body: CONTENT },
  ].map((answer) => ({ s3: always(answer) })),
  ...[301, 400, 403, 404, 405, 412, 416].map((status) => ({
    method: "HEAD" as const,
    s3: always({ status }),
  })),
  { s3: always({ status: 304, headers: { etag: ETAG, "cache-control": "no-store" } }) },
  {
    s3: always({
      headers: { etag: ETAG, "content-length": "200000001", "last-modified": LAST_MODIFIED },
      stallAfterBytes: 1,
    }),
  },
];

/** The cases by what they are about. */
export const tables = { conditions, ranges, "what is stored beside an object": stored, names, refusals };
