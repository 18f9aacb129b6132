import fc from "fast-check";
import type { RawRequest } from "../helpers/raw-request.ts";

/** What a header called so would be, had an answer taken it over from a request. */
export const INJECTED_HEADER = "x-injected";

const crlf = fc.constantFrom("%0d%0a", "%0D%0A", "%E5%98%8A%E5%98%8D", "%0a", "%00");
const injection = crlf.map((newline) => `${newline}${INJECTED_HEADER}:1`);

/** Printable ASCII, as it may stand in a request line. */
const printable = fc.stringMatching(/^[!-~]{0,12}$/);

const anyText = fc.string({ unit: "grapheme", maxLength: 12 });
const percentEncoded = anyText.map(encodeURIComponent);

/** Bytes that are no UTF-8, or no encoding at all. */
const malformed = fc.constantFrom("%", "%f", "%zz", "%ff", "%c0%ae", "%ed%a0%80", "%u0041");

const traversal = fc.constantFrom("..", ".", "%2e%2e", "%2E.", "..%2f", "%2f", "%5c", "\\", "//", "/");

/** A path after `/download/`, drawn to the edge of the prefix it must not leave. */
export const keyPath = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom("public/", "public", "file.bin", "/", "secret.txt") },
      { weight: 3, arbitrary: traversal },
      percentEncoded,
      printable.map((text) => text.replaceAll(/[?#]/g, "")),
      malformed,
      injection,
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join(""));

const queryValue = fc.oneof(
  percentEncoded,
  injection,
  malformed,
  fc.constantFrom("inline", "attachment", "a.txt"),
);

export const query = fc
  .array(fc.tuple(fc.constantFrom("filename", "disposition", "Filename", "x", ""), queryValue), {
    maxLength: 3,
  })
  .map((pairs) =>
    pairs.length === 0 ? "" : `?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`,
  );

const number = fc
  .oneof(fc.integer({ min: 0, max: 1100 }), fc.constantFrom(-1, 2 ** 31, 2 ** 53, 1e21))
  .map(String);

const range = fc.oneof(
  fc.tuple(number, number).map(([first, last]) => `bytes=${first}-${last}`),
  number.map((count) => `bytes=-${count}`),
  number.map((first) => `bytes=${first}-`),
  fc.tuple(number, number).map(([first, last]) => `bytes=${first}-,-${last}`),
  printable.map((text) => `bytes=${text}`),
  printable,
);

/** As many stray quotes, weak marks and dates as there are ways to write a condition. */
function condition(etag: string): fc.Arbitrary<string> {
  return fc.oneof(
    fc.constantFrom(
      "*",
      etag,
      `W/${etag}`,
      `"other", ${etag}`,
      '"',
      '"a","b"',
      "W/",
      "Sun, 06 Nov 1994 08:49:37 GMT",
    ),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    printable,
  );
}

/** Every byte HTTP allows in a header's value; with any other the request is none. */
const rawValue = fc.string({
  unit: fc
    .integer({ min: 32, max: 255 })
    .filter((code) => code !== 127)
    .map((code) => String.fromCharCode(code)),
  maxLength: 20,
});

const otherHeader = fc.tuple(
  fc.constantFrom(
    "accept",
    "accept-encoding",
    "origin",
    "user-agent",
    "x-forwarded-for",
    "content-type",
    "cookie",
    "te",
  ),
  fc.oneof(printable, rawValue),
);

/** Headers of a download request. */
export function downloadHeaders(etag: string): fc.Arbitrary<RawRequest["headers"]> {
  const conditional = fc.tuple(
    fc.constantFrom("if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "if-range"),
    condition(etag),
  );
  return fc.array(
    fc.oneof(
      range.map((value) => ["range", value] as const),
      conditional,
      otherHeader,
    ),
    {
      maxLength: 4,
    },
  );
}

/** JSON values as a chat's body, near enough to a right one to get past the first check. */
export const chatBody = fc.oneof(
  fc
    .record(
      {
        message: fc.oneof(anyText, fc.jsonValue()),
        messages: fc.oneof(
          fc.array(fc.record({ role: fc.constantFrom("user", "assistant", "system"), content: anyText }), {
            maxLength: 4,
          }),
          fc.jsonValue(),
        ),
        maxTokens: fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.jsonValue()),
        temperature: fc.oneof(fc.double({ min: -1, max: 2 }), fc.jsonValue()),
        stopSequences: fc.oneof(fc.array(anyText, { maxLength: 5 }), fc.jsonValue()),
        system: fc.oneof(anyText, fc.jsonValue()),
        [INJECTED_HEADER]: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((body) => JSON.stringify(body)),
  fc.json(),
  fc.string({ unit: "binary", maxLength: 40 }),
);

export const chatHeaders: fc.Arbitrary<RawRequest["headers"]> = fc
  .tuple(
    fc.constantFrom(
      "application/json",
      "application/json; charset=utf-8",
      "text/plain",
      "application/json;charset=latin1",
      "",
    ),
    fc.constantFrom(
      "*/*",
      "text/event-stream",
      "application/x-ndjson",
      "application/json",
      "text/html",
      "text/*;q=0",
      ",",
    ),
    fc.array(
      otherHeader.filter(([name]) => name !== "content-type" && name !== "accept"),
      { maxLength: 2 },
    ),
  )
  .map(([contentType, accept, others]) => [["content-type", contentType], ["accept", accept], ...others]);
