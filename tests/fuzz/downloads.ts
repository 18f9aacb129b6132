import { randomBytes } from "node:crypto";
import type { ExecutionContext, ImplementationFn } from "ava";
import fc from "fast-check";
import { startTestCloud, type TestCloud, type TestCloudOptions } from "../helpers/local-cloud.ts";
import { logLines } from "../helpers/log-lines.ts";
import { FUZZ_MILLISECONDS, fuzzCases } from "./cases.ts";
import { downloadHeaders, INJECTED_HEADER, keyPath, query } from "./http-arbitraries.ts";
import { type RawAnswer, type RawRequest, send } from "../helpers/raw-request.ts";

/** Something that answers downloads: a function in one language, or the container. */
export interface DownloadWay {
  readonly name: string;
  /** Of all cases, for each of its two tests. */
  readonly share: number;
  readonly cloud: TestCloudOptions;
  /** Where its keys begin. Format: without the slash before the key. */
  readonly baseUrl: (outputs: TestCloud["outputs"]) => string;
  /** The lines of its own log that a request can have a part in. */
  readonly linesOf: (cloud: TestCloud) => string[];
}

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
      ...(options.config ?? []),
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

/** The property tests of one way to download. */
export function fuzzDownloads(
  test: (title: string, implementation: ImplementationFn<[]>) => void,
  { name, share, cloud: options, baseUrl, linesOf }: DownloadWay,
): void {
  for (const { what, path, headersOf } of requests) {
    test(`${name}: whatever ${what} are asked, nothing fails, leaks or is injected`, async (t) => {
      t.timeout(FUZZ_MILLISECONDS);
      const cloud = await startPublicCloud(t, options);
      const { origin, pathname } = new URL(baseUrl(cloud.outputs));
      const credentials = ["x-api-key", cloud.outputs.apiKey] as const;
      const ask = (method: string, target: string, headers: RawRequest["headers"] = []) =>
        send(origin, {
          method,
          target: `${pathname}/${target}`,
          headers: [credentials, ...headers],
          body: "",
        });
      const etag = (await ask("HEAD", "public/file.bin")).headers.get("etag") ?? "";
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "OPTIONS"),
          path,
          query,
          headersOf(etag),
          async (method, key, search, headers) => {
            checkAnswer(await ask(method, `${key}${search}`, headers), method);
          },
        ),
        { numRuns: fuzzCases(share), includeErrorInReport: true },
      );
      for (const { key } of cloud.s3.requests.filter(({ operation }) => operation === "GetObject")) {
        t.true(key.startsWith("public/"), `S3 was asked for ${JSON.stringify(key)}`);
      }
      // One JSON object each, so that no line can be made to look like another.
      const lines = [...linesOf(cloud), ...logLines(cloud, /-access-/)];
      t.true(lines.length > 0);
      for (const line of lines) t.notThrows(() => JSON.parse(line) as unknown, line);
    });
  }
}

const ofLambda = /^(?:START|END|REPORT) RequestId: [\w-]+(?: Version: \$LATEST|\t.*)?$/;
/** The Web Adapter's. */
const ofSlowStart = /^ INFO app is not ready after \d+ms url=\S+$/;

/** The function's own lines, without what Lambda and the Web Adapter add to them. */
export function functionLines(cloud: TestCloud): string[] {
  const lines = logLines(cloud, /^download-/);
  return linesAfterStart(lines, (line) => line.startsWith("END ")).filter(
    (line) => !ofLambda.test(line) && !ofSlowStart.test(line),
  );
}

/**
 * The lines from the first on that only a request brings about. What was said before is left out wherever it is said again:
 * a second process is started whenever the first is slow to be free, and has the same to say.
 */
export function linesAfterStart(lines: readonly string[], isOfRequest: (line: string) => boolean): string[] {
  const withoutNumbers = (line: string) => line.replaceAll(/\d+/g, "0");
  const begin = lines.findIndex(isOfRequest);
  const saidAtStart = new Set(lines.slice(0, begin).map(withoutNumbers));
  return lines.slice(begin).filter((line) => !saidAtStart.has(withoutNumbers(line)));
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
