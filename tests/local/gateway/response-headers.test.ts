import test from "ava";
import { toResponseHeaders } from "../../../local/gateway/response-headers.ts";
import { sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { startGateway, streamOf } from "../../helpers/running-gateway.ts";

const passed = [
  "Accept",
  "Accept-Encoding",
  "Accept-Ranges",
  "Age",
  "Content-Disposition",
  "Content-Encoding",
  "Content-Length",
  "Content-Range",
  "ETag",
  "Pragma",
  "Range",
  "Referer",
];
const remapped = [
  "Authorization",
  "Connection",
  "Content-MD5",
  "Date",
  "Max-Forwards",
  "Server",
  "User-Agent",
  "WWW-Authenticate",
  "x-amzn-RequestId",
];
const dropped = [
  "Expect",
  "Host",
  "Keep-Alive",
  "Proxy-Authenticate",
  "TE",
  "Trailer",
  "Transfer-Encoding",
  "Upgrade",
  "Via",
];
const contentType = ["Content-Type", ["application/json"]];

for (const name of passed) {
  test(`a function's ${name} passes`, (t) => {
    t.deepEqual(toResponseHeaders({ headers: { [name]: "v" } }, "STREAM"), [[name, ["v"]], contentType]);
  });
}

for (const name of remapped) {
  test(`a function's ${name} arrives remapped, whatever its case`, (t) => {
    for (const spelling of [name, name.toLowerCase(), name.toUpperCase()]) {
      t.deepEqual(toResponseHeaders({ headers: { [spelling]: "v" } }, "STREAM"), [
        [`x-amzn-Remapped-${spelling}`, ["v"]],
        contentType,
      ]);
    }
  });
}

for (const name of dropped) {
  test(`a function's ${name} is dropped`, (t) => {
    t.deepEqual(toResponseHeaders({ headers: { [name]: "v" } }, "STREAM"), [contentType]);
  });
}

test("a function's Content-Length is remapped when the response is buffered", (t) => {
  t.deepEqual(toResponseHeaders({ headers: { "Content-Length": "5" } }, "BUFFERED"), [
    ["x-amzn-Remapped-Content-Length", ["5"]],
    contentType,
  ]);
});

test("Content-Type is application/json unless the function says otherwise", (t) => {
  t.deepEqual(toResponseHeaders({}, "STREAM"), [contentType]);
  t.deepEqual(toResponseHeaders({ headers: { "content-type": "text/plain" } }, "STREAM"), [
    ["content-type", ["text/plain"]],
  ]);
});

test("multiValueHeaders win over headers of the same name", (t) => {
  const headers = toResponseHeaders(
    { headers: { vary: "a", b: "1" }, multiValueHeaders: { Vary: ["x", "y"] } },
    "STREAM",
  );
  t.deepEqual(headers, [["Vary", ["x", "y"]], ["b", ["1"]], contentType]);
});

test("cookies become set-cookie headers, beside those given as headers", (t) => {
  const headers = toResponseHeaders({ headers: { "Set-Cookie": "a=1" }, cookies: ["b=2", "c=3"] }, "STREAM");
  t.deepEqual(headers, [["set-cookie", ["a=1", "b=2", "c=3"]], contentType]);
});

test("numbers and booleans become text", (t) => {
  const headers = toResponseHeaders({ headers: { a: 1, b: true } }, "STREAM");
  t.deepEqual(headers, [["a", ["1"]], ["b", ["true"]], contentType]);
});

test("the client receives remapped, repeated and overwritten headers", async (t) => {
  const { url, lambda } = await startGateway(t, sampleRestApi());
  lambda.onStream = () => {
    return streamOf({
      headers: { Date: "Thu, 01 Jan 1970 00:00:00 GMT", Server: "mine", "x-amzn-RequestId": "mine" },
      multiValueHeaders: { "X-Many": ["1", "2"] },
      cookies: ["a=1; HttpOnly", "b=2"],
    });
  };
  const { headers } = await fetch(`${url}/download/a`);
  t.is(headers.get("x-amzn-remapped-date"), "Thu, 01 Jan 1970 00:00:00 GMT");
  t.not(headers.get("date"), "Thu, 01 Jan 1970 00:00:00 GMT");
  t.is(headers.get("x-amzn-remapped-server"), "mine");
  t.is(headers.get("server"), null);
  t.is(headers.get("x-amzn-remapped-x-amzn-requestid"), "mine");
  t.not(headers.get("x-amzn-requestid"), "mine");
  t.is(headers.get("x-many"), "1, 2");
  t.deepEqual(headers.getSetCookie(), ["a=1; HttpOnly", "b=2"]);
});
