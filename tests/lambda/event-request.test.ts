import test from "ava";
import { matchedPath, readRequest } from "../../lambda/event-request.ts";
import { downloadEvent } from "../helpers/invoke-download.ts";

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
    t.is(matchedPath(downloadEvent({ resource, path })), tail);
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
    t.is(matchedPath({ ...downloadEvent({ path }), pathParameters: { key: matched } }), tail);
  });
}

const { signal } = new AbortController();

test("headers are read by any spelling, each with all of its lines", (t) => {
  const event = {
    ...downloadEvent(),
    multiValueHeaders: { "IF-None-Match": ['"a"', '"b"'], "if-none-match": ['"c"'], Range: ["bytes=0-1"] },
  };
  const { headers } = readRequest(event, signal);
  t.deepEqual(headers, { "if-none-match": ['"a"', '"b"', '"c"'], range: ["bytes=0-1"] });
});

test("an event without headers, query and body is a plain request", (t) => {
  const event = { ...downloadEvent(), multiValueHeaders: null, queryStringParameters: null };
  t.deepEqual(readRequest(event, signal), {
    method: "GET",
    path: "k.txt",
    query: {},
    headers: {},
    body: Buffer.alloc(0),
    signal,
  });
});

test("a body is read in either form that API Gateway gives it", (t) => {
  const bodyOf = (body: string, isBase64Encoded: boolean) =>
    String(readRequest({ ...downloadEvent(), body, isBase64Encoded }, signal).body);
  t.is(bodyOf("日本", false), "日本");
  t.is(bodyOf(Buffer.from("日本").toString("base64"), true), "日本");
});

test("a route without a parameter has matched no path", (t) => {
  t.is(matchedPath(downloadEvent({ resource: "/chat", path: "/chat" })), "");
});
