import test from "ava";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { request, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { projectFolder } from "../helpers/recorded-program.ts";
import { runService, type TestService } from "../helpers/running-service.ts";
import { until } from "../helpers/until.ts";

const folder = join(projectFolder, "app", "public");
const assets = readdirSync(join(folder, "assets"));
const html = readFileSync(join(folder, "index.html"));
const servePage = { configuration: { servePage: true } };

test("the page and all it consists of are served as they are", async (t) => {
  const service = await runService(t, servePage);
  const page = await fetch(`${service.url}/`);
  t.is(page.status, 200);
  t.is(page.headers.get("content-type"), "text/html; charset=utf-8");
  t.deepEqual(Buffer.from(await page.arrayBuffer()), html);
  t.true(assets.length > 2);
  const types = new Map([
    [".js", "text/javascript; charset=utf-8"],
    [".css", "text/css; charset=utf-8"],
    [".svg", "image/svg+xml"],
  ]);
  for (const name of assets) {
    const response = await fetch(`${service.url}/assets/${name}`);
    t.is(response.status, 200);
    t.is(response.headers.get("content-type"), types.get(name.slice(name.lastIndexOf("."))) ?? name);
    t.deepEqual(Buffer.from(await response.arrayBuffer()), readFileSync(join(folder, "assets", name)));
  }
  t.like(await until(() => service.log[0]), {
    route: "/{page}",
    outcome: "handed_over",
    bytesHandedOver: html.length,
  });
});

test("the page may load nothing from elsewhere, run nothing but its own, and stand in no frame", async (t) => {
  const service = await runService(t, servePage);
  const { headers } = await fetch(`${service.url}/`);
  const scripts = [...html.toString().matchAll(/<script>(.*?)<\/script>/gs)].map(
    ([, script = ""]) => ` 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  t.deepEqual((headers.get("content-security-policy") ?? "").split("; "), [
    "default-src 'none'",
    `script-src 'self'${scripts.join("")}`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  t.is(headers.get("x-content-type-options"), "nosniff");
  t.is(headers.get("referrer-policy"), "no-referrer");
});

test("a file that has not changed is not sent again", async (t) => {
  const service = await runService(t, servePage);
  const first = await fetch(`${service.url}/`);
  await first.arrayBuffer();
  const etag = first.headers.get("etag") ?? "";
  t.regex(etag, /^"[\w-]{43}"$/);
  t.is(first.headers.get("cache-control"), "no-cache");
  const again = await get(service, "/", { "if-none-match": etag });
  t.is(again.statusCode, 304);
  t.is(again.headers.etag, etag);
  t.is((await get(service, "/", { "if-none-match": '"other"' })).statusCode, 200);
});

test("HEAD is answered without a body", async (t) => {
  const service = await runService(t, servePage);
  const response = await fetch(`${service.url}/`, { method: "HEAD" });
  t.is(response.headers.get("content-length"), String(html.length));
  t.is(await response.text(), "");
});

for (const path of [
  "/index.html",
  "/assets",
  "/assets/",
  "/assets/../index.html",
  "/assets/%2e%2e/index.html",
  "/assets/none.js",
]) {
  test(`${path} is no part of the page`, async (t) => {
    const service = await runService(t, servePage);
    t.is((await get(service, path)).statusCode, 404);
  });
}

/** Without what `fetch` does to paths, and adds to headers. */
async function get(service: TestService, path: string, headers = {}): Promise<IncomingMessage> {
  const outgoing = request({ host: "127.0.0.1", port: service.port, path, headers, agent: false });
  const [response] = (await once(outgoing.end(), "response")) as [IncomingMessage];
  return response.resume();
}
