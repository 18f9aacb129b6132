import test from "ava";
import { encodedKeyOf, readRequest } from "../../../lambda/download/download-request.ts";
import { downloadEvent } from "../../helpers/invoke-download.ts";

const tails: readonly (readonly [resource: string, path: string, tail: string])[] = [
  ["/download/{key+}", "/download/a%2Fb", "a%2Fb"],
  ["/download/{key+}", "/download//a", "/a"],
  ["/download/{key+}", "/download/download/a", "download/a"],
  ["/files/v1/{name+}", "/files/v1/a/b", "a/b"],
  ["/{proxy+}", "/a", "a"],
  ["/download/{key+}", "/base/download/a", "a"],
  ["/download/{key+}", "/elsewhere/a", ""],
];

for (const [resource, path, tail] of tails) {
  test(`behind ${resource} the key of ${path} is ${JSON.stringify(tail)}`, (t) => {
    t.is(encodedKeyOf(downloadEvent({ resource, path })), tail);
  });
}

/** As API Gateway tells what the parameter matched: decoded, and without a slash at the end. */
const behindBasePaths: readonly (readonly [path: string, matched: string, tail: string])[] = [
  ["/download/download/a.txt", "a.txt", "a.txt"],
  ["/download/download/a.txt", "download/a.txt", "download/a.txt"],
  ["/download/download/download/a.txt", "download/a.txt", "download/a.txt"],
  ["/download/download/a%20b%2Fc.txt", "a b/c.txt", "a%20b%2Fc.txt"],
  ["/download/download/a%20b.txt", "a%20b.txt", "a%20b.txt"],
  ["/download/download/folder/", "folder", "folder/"],
  ["/download/download/100%25", "100%", "100%25"],
  ["/base/download/x/download/y", "x/download/y", "x/download/y"],
  ["/base/download/a", "a", "a"],
  // None of them: rather nothing than another object.
  ["/download/download/a", "b", ""],
];

for (const [path, matched, tail] of behindBasePaths) {
  test(`of ${path} the route has matched ${matched}: the key is ${JSON.stringify(tail)}`, (t) => {
    t.is(encodedKeyOf({ ...downloadEvent({ path }), pathParameters: { key: matched } }), tail);
  });
}

test("headers are read by any spelling, and of a repeated one the last", (t) => {
  const event = {
    ...downloadEvent(),
    multiValueHeaders: { "IF-None-Match": ['"a"', '"b"'], "if-none-match": ['"c"'], Range: ["bytes=0-1"] },
  };
  t.deepEqual(readRequest(event).headers, { "if-none-match": '"c"', range: "bytes=0-1" });
});

test("an event without headers and query is a plain request", (t) => {
  const event = { ...downloadEvent(), multiValueHeaders: null, queryStringParameters: null };
  t.deepEqual(readRequest(event), { method: "GET", headers: {}, parameters: {} });
});

test("of the query only the two parameters of a download are read", (t) => {
  const query = { disposition: "inline", filename: "a", other: "b" };
  t.deepEqual(readRequest(downloadEvent({ method: "HEAD", query })), {
    method: "HEAD",
    headers: {},
    parameters: { disposition: "inline", filename: "a" },
  });
});
