import test, { type ExecutionContext } from "ava";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Configuration } from "../../app/configuration.ts";
import type { ShutdownTimes } from "../../app/shutdown.ts";
import { routeAccess } from "../../contract/route-access.ts";
import { createS3Client } from "../../core/object-stream/index.ts";
import { createDownloadHandler } from "../../lambda/download/handler.ts";
import { fakeAwsLambda, FakeResponseStream } from "../helpers/fake-response-stream.ts";
import { downloadEvent } from "../helpers/invoke-download.ts";
import { kernelQueuedBytes } from "../helpers/kernel-queues.ts";
import { runService, type TestService } from "../helpers/running-service.ts";
import { REGION, runS3, type RunningS3 } from "../helpers/running-s3.ts";
import { standsStill } from "../helpers/stands-still.ts";
import { until } from "../helpers/until.ts";

const AWKWARD = "folder/100% a+b&c=d#e?f ü 日本 👩🏽‍💻.txt";
const LARGE = randomBytes(24 * 1024 * 1024);
const files = {
  "a.txt": "0123456789",
  "empty.bin": "",
  "page.html": "<script>alert(1)</script>",
  [AWKWARD]: "awkward",
};
const withLarge = { ...files, "large.bin": LARGE };

interface DownloadService extends TestService {
  readonly s3: RunningS3;
}

interface DownloadOptions {
  readonly stored?: Readonly<Record<string, string | Buffer>>;
  readonly configuration?: Partial<Configuration>;
  readonly shutdownTimes?: ShutdownTimes;
}

async function runDownloads(
  t: ExecutionContext,
  { stored = files, configuration = {}, ...options }: DownloadOptions = {},
): Promise<DownloadService> {
  const s3 = await runS3(t, { files: stored });
  const service = await runService(t, {
    ...options,
    configuration: {
      store: { bucket: "files", keyPrefix: "", logKeys: false },
      ...configuration,
    },
    s3Config: { endpoint: s3.endpoint, credentials: s3.developer },
  });
  return { ...service, s3 };
}

interface Asked {
  readonly method?: string;
  /** Still percent-encoded, with the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(
  service: TestService,
  { method = "GET", path, headers = {} }: Asked,
): Promise<IncomingMessage> {
  const outgoing = request({ host: "127.0.0.1", port: service.port, path, method, headers, agent: false });
  const [response] = (await once(outgoing.end(), "response")) as [IncomingMessage];
  return response;
}

interface Answered {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const ownHeaders = new Set(["connection", "date", "keep-alive", "transfer-encoding"]);

async function askService(service: TestService, asked: Asked): Promise<Answered> {
  const response = await ask(service, asked);
  const headers = Object.entries(response.headers as Record<string, string>);
  return {
    status: response.statusCode,
    headers: Object.fromEntries(headers.filter(([name]) => !ownHeaders.has(name)).sort()),
    body: await buffer(response),
  };
}

async function askFunction({ s3 }: DownloadService, { path, ...asked }: Asked): Promise<Answered> {
  globalThis.awslambda = fakeAwsLambda;
  const config = { endpoint: s3.endpoint, credentials: s3.developer, region: REGION };
  const store = { client: createS3Client({}, config), bucket: "files", keyPrefix: "" };
  const handler = createDownloadHandler({ store, logKeys: false, writeLog: () => {} });
  const stream = new FakeResponseStream();
  const [pathname = "", search] = path.split("?");
  const query = Object.fromEntries(new URLSearchParams(search));
  await handler(downloadEvent({ ...asked, path: pathname, query }), stream, { awsRequestId: "r" });
  store.client.destroy();
  const { metadata, payload } = stream.response();
  const headers = Object.entries(metadata.headers ?? {}).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return { status: metadata.statusCode, headers: Object.fromEntries(headers.sort()), body: payload };
}

const encoded = encodeURIComponent(AWKWARD);

for (const asked of [
  { path: "/download/a.txt" },
  { path: "/download/a.txt", method: "HEAD" },
  { path: "/download/empty.bin" },
  { path: "/download/a.txt", headers: { range: "bytes=2-5" } },
  { path: "/download/a.txt", headers: { range: "bytes=-3" } },
  { path: "/download/a.txt", headers: { range: "bytes=2-5", "if-range": '"other"' } },
  { path: "/download/a.txt", headers: { range: "bytes=0-1,3-4" } },
  { path: "/download/a.txt", headers: { range: "bytes=10-" } },
  { path: "/download/a.txt", headers: { "if-none-match": "*" } },
  { path: "/download/a.txt", headers: { "if-match": '"other"' } },
  { path: "/download/a.txt", method: "HEAD", headers: { "if-match": '"other"' } },
  { path: "/download/a.txt?filename=b%20c.txt&disposition=inline" },
  { path: "/download/page.html?disposition=inline" },
  { path: "/download/a.txt?disposition=x" },
  { path: "/download/a.txt?filename=a&filename=b" },
  { path: `/download/${encoded}` },
  { path: `/download/${encoded}`, method: "HEAD" },
  { path: "/download/none" },
  { path: "/download/none", method: "HEAD" },
  { path: "/download/" },
  { path: "/download/%zz" },
  { path: "/download/a%2F..%2Fb" },
  { path: "/download//a.txt" },
] satisfies Asked[]) {
  test(`function and container answer alike: ${JSON.stringify(asked)}`, async (t) => {
    const service = await runDownloads(t);
    const answered = await askService(service, asked);
    t.deepEqual(answered, await askFunction(service, asked));
  });
}

/** A request as the API in front marks it. */
const marked = { [routeAccess.header]: routeAccess.protected };

test("a key is read after the route, whether the stage stands before it or not", async (t) => {
  const service = await runDownloads(t, {
    stored: { "dev/a.txt": "of a folder", "a.txt": "of the root" },
    configuration: { stage: "dev" },
  });
  for (const [path, content] of [
    ["/download/dev/a.txt", "of a folder"],
    ["/dev/download/dev/a.txt", "of a folder"],
    ["/dev/download/a.txt", "of the root"],
  ] as const) {
    const response = await fetch(`${service.url}${path}`, { headers: marked });
    t.is(await response.text(), content, path);
  }
});

test("an object of any size is sent whole, and the log says so without its key", async (t) => {
  const service = await runDownloads(t, { stored: withLarge });
  const { body } = await askService(service, { path: "/download/large.bin" });
  t.is(body.compare(LARGE), 0);
  const line = await until(() => service.log[0]);
  t.like(line, {
    route: "/download/{key}",
    status: 200,
    outcome: "handed_over",
    bytesHandedOver: LARGE.length,
    objectBytes: LARGE.length,
    keySha256: createHash("sha256").update("large.bin").digest("hex").slice(0, 16),
    s3Requests: 1,
  });
  t.false(JSON.stringify(service.log).includes("large"));
});

test("keys outside the prefix are refused, and named in the log only where asked to", async (t) => {
  const service = await runDownloads(t, {
    configuration: { store: { bucket: "files", keyPrefix: "folder/", logKeys: true } },
  });
  const { status } = await askService(service, { path: "/download/a.txt" });
  t.is(status, 403);
  t.like(await until(() => service.log[0]), { status: 403, key: "a.txt", s3Requests: 0 });
  t.is((await askService(service, { path: `/download/${encoded}` })).status, 200);
  await until(() => service.log.length === 2);
  t.is(service.log[1]?.key, AWKWARD);
});

test("a connection that S3 drops is healed under the same answer", async (t) => {
  const service = await runDownloads(t, { stored: withLarge });
  service.s3.faults.resetAfter(5_000_000);
  const { body } = await askService(service, { path: "/download/large.bin" });
  t.is(body.compare(LARGE), 0);
  t.like(await until(() => service.log[0]), { outcome: "handed_over", s3Requests: 2 });
});

test("a body that cannot be healed breaks the connection off", async (t) => {
  const service = await runDownloads(t, { stored: withLarge });
  service.s3.faults.truncateAfter(1_000_000);
  service.s3.faults.truncateAfter(0, { times: 3 });
  const response = await ask(service, { path: "/download/large.bin" });
  await t.throwsAsync(buffer(response), { code: "ECONNRESET" });
  t.like(await until(() => service.log[0]), { status: 200, outcome: "broken_off", s3Requests: 4 });
});

test("a caller who leaves ends the request to S3 and makes room", async (t) => {
  const service = await runDownloads(t, { stored: withLarge, configuration: { streamsPerTask: 1 } });
  const stall = service.s3.faults.stallAfter(1_000_000);
  const response = await ask(service, { path: "/download/large.bin" });
  await stall.reached;
  t.is((await askService(service, { path: "/download/a.txt" })).status, 503);
  await until(() => service.log.length === 1);
  const leftAt = performance.now();
  response.destroy();
  await until(() => service.s3.requests[0]?.aborted);
  t.log(`${(performance.now() - leftAt).toFixed(1)} ms`);
  await until(() => service.log.length === 2);
  t.like(service.log[1], { outcome: "abandoned", cause: "reader_closed" });
  t.is((await askService(service, { path: "/download/a.txt" })).status, 200);
});

test("as many downloads as the service takes reach S3 at once", async (t) => {
  const streamsPerTask = 60;
  const service = await runDownloads(t, { configuration: { streamsPerTask } });
  service.s3.faults.stallAfter(1, { times: streamsPerTask });
  const asked = Array.from({ length: streamsPerTask }, () => ask(service, { path: "/download/a.txt" }));
  const responses = await Promise.all(asked);
  t.is(service.s3.requests.length, streamsPerTask);
  t.is((await askService(service, { path: "/download/a.txt" })).status, 503);
  for (const response of responses) response.destroy();
});

test("a reader who does not read keeps the object from being taken in", async (t) => {
  const service = await runDownloads(t, { stored: withLarge });
  const response = await ask(service, { path: "/download/large.bin" });
  response.pause();
  const sent = await standsStill(() => service.s3.requests[0]?.sentBytes ?? 0);
  // Elsewhere what the kernel holds cannot be told from what the service does.
  if (process.platform !== "linux") return t.true(sent < LARGE.length);
  const takenIn = sent - kernelQueuedBytes([process.pid]);
  return t.true(takenIn < 2 * 1024 * 1024, `${takenIn} bytes`);
});

test("a download under way when the service has to stop is broken off, never ended", async (t) => {
  const service = await runDownloads(t, {
    stored: withLarge,
    shutdownTimes: { acceptMilliseconds: 0, finishMilliseconds: 50, breakOffMilliseconds: 60_000 },
  });
  const stall = service.s3.faults.stallAfter(1_000_000);
  const response = await ask(service, { path: "/download/large.bin" });
  const body = buffer(response);
  await stall.reached;
  await Promise.all([service.stop(), t.throwsAsync(body, { code: "ECONNRESET" })]);
  t.like(await until(() => service.log[0]), { outcome: "broken_off", errorCode: "slow_down" });
});
