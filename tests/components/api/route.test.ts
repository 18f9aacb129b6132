import test from "ava";
import { checkRoutes, httpMethods, parseRoute } from "../../../components/api/route.ts";

for (const [key, path, segments] of [
  ["GET /", "/", []],
  ["GET /health", "/health", ["health"]],
  ["HEAD /download/{key+}", "/download/{key+}", ["download", "{key+}"]],
  ["ANY /{proxy+}", "/{proxy+}", ["{proxy+}"]],
  ["POST /a.b/c_-/{id}", "/a.b/c_-/{id}", ["a.b", "c_-", "{id}"]],
  ["PUT /{tenant}/files/{key+}", "/{tenant}/files/{key+}", ["{tenant}", "files", "{key+}"]],
] as const) {
  test(`"${key}" is taken apart into method and path parts`, (t) => {
    t.deepEqual(parseRoute(key), { method: key.split(" ")[0] as "GET", path, segments: [...segments] });
  });
}

test("every method API Gateway has can begin a route", (t) => {
  for (const method of httpMethods) t.is(parseRoute(`${method} /x`).method, method);
});

const methods = "ANY, DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT";
const notAPart = (segment: string) => `has a part "${segment}" that is neither a name nor a {parameter}`;

for (const [key, problem] of [
  ["", `has an unknown method; allowed: ${methods}`],
  ["/download", `has an unknown method; allowed: ${methods}`],
  ["get /download", `has an unknown method; allowed: ${methods}`],
  ["TRACE /download", `has an unknown method; allowed: ${methods}`],
  ["GET", "needs one path that starts with /"],
  ["GET download", "needs one path that starts with /"],
  ["GET  /download", "needs one path that starts with /"],
  ["GET /a /b", "needs one path that starts with /"],
  ["GET //download", notAPart("")],
  ["GET /download/", notAPart("")],
  ["GET /*", notAPart("*")],
  ["GET /a%20b", notAPart("a%20b")],
  ["GET /x?y=z", notAPart("x?y=z")],
  ["GET /{}", notAPart("{}")],
  ["GET /{key", notAPart("{key")],
  ["GET /v{key}", notAPart("v{key}")],
  ["GET /{key*}", notAPart("{key*}")],
  ["GET /{key+}/info", "has {key+} before the end"],
] as const) {
  test(`the route "${key}" is refused because it ${problem}`, (t) => {
    t.throws(() => parseRoute(key), {
      message: `route "${key}" ${problem}; write it like "GET /download/{key+}"`,
    });
  });
}

function check(stage: string, ...keys: string[]): void {
  checkRoutes(keys.map(parseRoute), stage);
}

test("methods of one path, and parameters of one name in one place, go together", (t) => {
  t.notThrows(() =>
    check("dev", "GET /files/{id}", "PUT /files/{id}", "GET /files/{id}/parts/{part}", "GET /other/{key+}"),
  );
});

test("a name beside a parameter goes together with it", (t) => {
  t.notThrows(() => check("dev", "GET /files/{id}", "GET /files/latest"));
});

test("two parameters in one place are refused", (t) => {
  t.throws(() => check("dev", "GET /files/{id}", "HEAD /files/{key}"), {
    message: "/files has two parameters, {id} and {key}; use one name",
  });
});

test("a parameter and a greedy one in one place are refused", (t) => {
  t.throws(() => check("dev", "GET /{id}", "HEAD /{id+}"), {
    message: "/ has two parameters, {id} and {id+}; use one name",
  });
});

test("a stage called like a first path part is refused", (t) => {
  t.throws(() => check("download", "GET /health", "GET /download/{key+}"), {
    message: 'stage "download" is also the first part of route path /download/{key+}; choose another',
  });
});

test("a stage called like a later path part is no problem", (t) => {
  t.notThrows(() => check("download", "GET /files/download", "GET /"));
});
