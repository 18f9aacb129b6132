import test from "ava";
import { readCorsOrigins, withCorsHeaders } from "../../core/cors.ts";

const headers = { ETag: '"a"' };
const allowed = ["https://a.example", "https://b.example"];
const exposed =
  "ETag,Content-Range,Content-Length,X-Object-Size,Accept-Ranges,Content-Disposition,Retry-After,Repr-Digest";

test("an allowed origin is named, and told which headers it may read", (t) => {
  t.deepEqual(withCorsHeaders(headers, "https://b.example", allowed), {
    ...headers,
    Vary: "Origin",
    "Access-Control-Allow-Origin": "https://b.example",
    "Access-Control-Expose-Headers": exposed,
  });
});

for (const origin of [
  undefined,
  "",
  "null",
  "https://evil.example",
  "https://a.example.evil",
  "https://A.example",
]) {
  test(`the origin ${JSON.stringify(origin)} is not let in, and caches are told so`, (t) => {
    t.deepEqual(withCorsHeaders(headers, origin, allowed), { ...headers, Vary: "Origin" });
  });
}

test("what an answer varies by already stays", (t) => {
  t.is(withCorsHeaders({ Vary: "Accept" }, undefined, allowed).Vary, "Accept, Origin");
});

test("without allowed origins nothing is added", (t) => {
  t.is(withCorsHeaders(headers, "https://a.example", []), headers);
});

test("the variable lists origins with commas, and none when it is empty or absent", (t) => {
  t.deepEqual(readCorsOrigins({ CORS_ORIGINS: allowed.join(",") }), allowed);
  t.deepEqual(readCorsOrigins({ CORS_ORIGINS: "" }), []);
  t.deepEqual(readCorsOrigins({}), []);
});
