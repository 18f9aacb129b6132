import test from "ava";
import { Agent, get, type IncomingMessage, request } from "node:http";
import { once } from "node:events";
import { exposedHeaders } from "../../contract/cors.ts";
import { openStream, postStream, runChatService, runService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

for (const [method, path, status, code] of [
  ["GET", "/", 404, "not_found"],
  ["GET", "/assets/app.js", 404, "not_found"],
  ["GET", "/download/a", 404, "not_found"],
  ["GET", "/healthy", 404, "not_found"],
  ["GET", "/dev/health", 404, "not_found"],
  ["GET", "//health", 404, "not_found"],
  ["POST", "/stream/", 404, "not_found"],
  ["GET", "/toString", 404, "not_found"],
  ["POST", "/health", 405, "method_not_allowed"],
  ["GET", "/stream", 405, "method_not_allowed"],
  ["OPTIONS", "/stream", 405, "method_not_allowed"],
  ["PATCH", "/stream", 405, "method_not_allowed"],
] as const) {
  test(`${method} ${path} without downloads and page is a ${status}`, async (t) => {
    const service = await runService(t);
    const response = await fetch(`${service.url}${path}`, { method });
    t.is(response.status, status);
    t.is(response.headers.get("content-type"), "application/json");
    t.like(await response.json(), { error: { code } });
    t.is(response.headers.has("allow"), status === 405);
  });
}

for (const [path, status] of [
  ["/dev/health", 200],
  ["/health", 200],
  ["/dev", 200],
  ["/dev/", 200],
  ["/", 200],
  ["/dev/dev/health", 404],
  ["/devil/health", 404],
  ["/other/health", 404],
] as const) {
  test(`with the stage "dev" known, ${path} is a ${status}, wherever API Gateway leaves the stage`, async (t) => {
    const service = await runService(t, { configuration: { stage: "dev", servePage: true } });
    t.is((await fetch(`${service.url}${path}`)).status, status);
  });
}

test("a stage called like a route takes no request from it", async (t) => {
  const service = await runService(t, { configuration: { stage: "health" } });
  t.is((await fetch(`${service.url}/health`)).status, 200);
  t.is((await fetch(`${service.url}/health/health`)).status, 200);
});

test("a method that is not answered is told which are", async (t) => {
  const service = await runService(t);
  t.is((await fetch(`${service.url}/stream`)).headers.get("allow"), "POST");
  const health = await fetch(`${service.url}/health`, { method: "DELETE" });
  t.is(health.headers.get("allow"), "GET, HEAD");
});

test("health and readiness are answered, to HEAD without a body", async (t) => {
  const service = await runService(t);
  for (const [path, status] of [
    ["/health", "healthy"],
    ["/health?deep=1", "healthy"],
    ["/ready", "ready"],
  ] as const) {
    const response = await fetch(`${service.url}${path}`);
    t.is(response.status, 200);
    t.is(response.headers.get("cache-control"), "no-store");
    t.is(response.headers.get("content-type"), "application/json", "as errors have it");
    t.is(response.headers.get("x-content-type-options"), "nosniff");
    t.deepEqual(await response.json(), { status });
    const head = await fetch(`${service.url}${path}`, { method: "HEAD" });
    t.is(head.status, 200);
    t.is(await head.text(), "");
  }
});

test("health checks leave no line in the log, other requests do", async (t) => {
  const service = await runService(t);
  await fetch(`${service.url}/health`);
  await fetch(`${service.url}/ready`);
  await fetch(`${service.url}/secret/canary`);
  const line = await until(() => service.log[0]);
  t.like(line, { method: "GET", route: "unknown", status: 404, outcome: "refused", errorCode: "not_found" });
  t.is(service.log.length, 1);
});

test("headers as large as the gateway lets through are taken, all characters of the query escaped", async (t) => {
  const service = await runService(t);
  const outgoing = request(`${service.url}/health?${"%3A".repeat(10_000)}`, {
    headers: { "x-large": "v".repeat(10_000) },
  });
  const [{ statusCode }] = (await once(outgoing.end(), "response")) as [{ statusCode: number }];
  t.is(statusCode, 200);
});

test("a header counts wherever it stands, however many there are", async (t) => {
  const service = await runChatService(t);
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`a${index}`, "1"]));
  const status = async (headers: Readonly<Record<string, string>>) => {
    const outgoing = request(`${service.url}/stream`, { method: "POST", headers: { ...many, ...headers } });
    const [{ statusCode }] = (await once(outgoing.end('{"message":"Hi"}'), "response")) as [
      { statusCode: number },
    ];
    return statusCode;
  };
  t.is(await status({ "content-type": "application/json" }), 200);
  t.is(await status({ "content-type": "application/json", accept: "image/png" }), 406);
});

test("what the service can carry is answered, and one more is refused at once", async (t) => {
  const service = await runChatService(t, { configuration: { streamsPerTask: 3 } });
  const stalls = [1, 2, 3].map(() => service.bedrock.faults.stallAfter(3));
  const chats = stalls.map(() => openStream(t, service));
  await Promise.all(stalls.map(({ reached }) => reached));
  const refused = await postStream(service);
  t.is(refused.status, 503);
  t.is(refused.headers.get("retry-after"), "1");
  t.like(await refused.json(), { error: { code: "slow_down" } });
  t.is(service.bedrock.requests.length, 3);
  for (const stall of stalls) stall.release();
  for (const { response } of chats) await once((await response).resume(), "end");
  await until(() => service.log.length === 4);
  t.is((await postStream(service)).status, 200);
});

test("pages of the origins named may read every answer, and no other's", async (t) => {
  const service = await runChatService(t, {
    configuration: { corsOrigins: ["https://a.example", "https://b.example"] },
  });
  for (const origin of ["https://a.example", "https://b.example"]) {
    for (const response of [
      await postStream(service, undefined, { origin }),
      await postStream(service, "no JSON", { origin }),
      await fetch(`${service.url}/nothing`, { headers: { origin } }),
      await fetch(`${service.url}/health`, { headers: { origin } }),
    ]) {
      t.is(response.headers.get("access-control-allow-origin"), origin);
      t.is(response.headers.get("access-control-expose-headers"), exposedHeaders.join(","));
      t.regex(response.headers.get("vary") ?? "", /\bOrigin\b/);
      await response.arrayBuffer();
    }
  }
  const other = await postStream(service, undefined, { origin: "https://c.example" });
  t.false(other.headers.has("access-control-allow-origin"));
  t.is(other.headers.get("vary"), "Origin, Accept");
});

test("without origins nothing is said of them", async (t) => {
  const service = await runChatService(t);
  const response = await postStream(service, undefined, { origin: "https://a.example" });
  t.is(response.headers.get("vary"), "Accept");
  t.false(response.headers.has("access-control-allow-origin"));
});

test("a connection whose upload was refused for its size carries the next request", async (t) => {
  const service = await runService(t);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
  const upload = request(`${service.url}/stream`, { method: "POST", agent, headers });
  upload.write("x".repeat(300_000));
  const [refused] = (await once(upload, "response")) as [IncomingMessage];
  t.is(refused.statusCode, 413);
  await once(refused.resume(), "end");
  upload.end("x".repeat(2_000_000));
  const [next] = (await once(get(`${service.url}/health`, { agent }), "response")) as [IncomingMessage];
  t.is(next.statusCode, 200);
  next.resume();
});
