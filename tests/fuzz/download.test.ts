import { randomBytes } from "node:crypto";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import { startTestCloud, type TestCloud, type TestCloudOptions } from "../helpers/local-cloud.ts";
import { fuzzCases } from "./cases.ts";
import { downloadHeaders, INJECTED_HEADER, keyPath, query } from "./http-arbitraries.ts";
import { type RawAnswer, type RawRequest, send } from "./raw-request.ts";

const content = randomBytes(1000);
const SECRET = "canary-of-an-object-outside-the-prefix";

/** A cloud that serves `public/` alone, of a bucket that has more. */
async function startPublicCloud(t: ExecutionContext, options: TestCloudOptions): Promise<TestCloud> {
  const cloud = await startTestCloud(t, {
    ...options,
    config: [
      "keyPrefix=public/",
      "throttleRatePerSecond=10000",
      "throttleBurst=5000",
      "quotaPerDay=100000000",
    ],
  });
  await cloud.putObject("public/file.bin", content);
  await cloud.putObject("secret.txt", SECRET);
  await cloud.putObject("publicity/secret.txt", SECRET);
  return cloud;
}

const requests = [
  { what: "paths and queries", path: keyPath, headersOf: () => fc.constant([]) },
  {
    what: "ranges, conditions and headers on an object",
    path: fc.constant("public/file.bin"),
    headersOf: downloadHeaders,
  },
];

interface DownloadWay {
  readonly way: string;
  readonly cloud: TestCloudOptions;
  readonly apiOf: (outputs: TestCloud["outputs"]) => ApiOutput | undefined;
  /** The lines of its own log. */
  readonly linesOf: (cloud: TestCloud) => string[];
}

const ways: readonly DownloadWay[] = [
  { way: "function", cloud: {}, apiOf: ({ downloadApi }) => downloadApi, linesOf: functionLines },
  { way: "container", cloud: { chat: true }, apiOf: ({ chatApi }) => chatApi, linesOf: containerLines },
];

for (const { way, cloud: options, apiOf, linesOf } of ways) {
  for (const { what, path, headersOf } of requests) {
    test(`${way}: whatever ${what} are asked, nothing fails, leaks or is injected`, async (t) => {
      const cloud = await startPublicCloud(t, options);
      const etag = (await cloud.download("public/file.bin", { method: "HEAD" })).headers.get("etag") ?? "";
      const { origin, pathname } = new URL(apiOf(cloud.outputs)?.url ?? "");
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "OPTIONS"),
          path,
          query,
          headersOf(etag),
          async (method, key, search, headers) => {
            const request: RawRequest = {
              method,
              target: `${pathname}/download/${key}${search}`,
              headers: [["x-api-key", cloud.outputs.apiKey], ...headers],
              body: "",
            };
            checkAnswer(await send(origin, request), method);
          },
        ),
        { numRuns: fuzzCases(0.2), includeErrorInReport: true },
      );
      for (const { key } of cloud.s3.requests.filter(({ operation }) => operation === "GetObject")) {
        t.true(key.startsWith("public/"), `S3 was asked for ${JSON.stringify(key)}`);
      }
      for (const line of linesOf(cloud)) t.notThrows(() => JSON.parse(line) as unknown, line);
    });
  }
}

function linesOfGroup({ logGroups }: TestCloud, group: RegExp): string[] {
  return logGroups.names.filter((name) => group.test(name)).flatMap((name) => logGroups.lines(name));
}

/**
 * The function's own lines after its first invocation, when Node.js has said all it has to say at a start: one JSON
 * object each, so that none of them can be made to look like another.
 */
function functionLines(cloud: TestCloud): string[] {
  const lines = linesOfGroup(cloud, /^download-/);
  return lines
    .slice(lines.findIndex((line) => line.startsWith("END ")))
    .filter((line) => !/^(?:START|END|REPORT) RequestId: [\w-]+(?: Version: \$LATEST|\t.*)?$/.test(line));
}

/** All the containers' lines from the first about a request on, when Node.js has said all it has to say at a start. */
function containerLines(cloud: TestCloud): string[] {
  const lines = linesOfGroup(cloud, /^chat-(?!access|execution)/);
  return lines.slice(lines.findIndex((line) => line.includes('"route"')));
}

function checkAnswer({ status, headers, body }: RawAnswer, method: string): void {
  if (status >= 500) throw new Error(`status ${status}: ${body.toString()}`);
  if (headers.has(INJECTED_HEADER)) throw new Error("a header was injected");
  if (body.includes(SECRET)) throw new Error("an object outside the prefix was read");
  const isObject = status === 200 || status === 206;
  if (isObject && method === "GET" && !content.includes(body)) throw new Error("not the object's bytes");
  if (status >= 400 && method !== "HEAD") {
    const { error } = JSON.parse(body.toString()) as { error: { code: string; message: string } };
    if (!/^[a-z_]+$/.test(error.code) || error.message === "") throw new Error(body.toString());
  }
}
