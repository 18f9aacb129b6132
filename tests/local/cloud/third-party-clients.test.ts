import { execFile, spawnSync } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import test, { type ExecutionContext } from "ava";
import { Agent, request, RetryAgent } from "undici";
import { startCuttingProxy } from "../../helpers/cutting-proxy.ts";
import { startTestCloud, type TestCloud } from "../../helpers/local-cloud.ts";

/*
 * Download tools that know nothing of us judge how a cut download resumes. What they are given is a network that loses
 * connections at random offsets; what they have to end with is the object, byte for byte.
 */

const run = promisify(execFile);
const bytes = randomBytes(4 * 1024 * 1024);

/** A URL of the object through a network that cuts connections somewhere inside the body, until it has cut so many. */
async function throughCuts(t: ExecutionContext, cloud: TestCloud, wantedCuts: number) {
  await cloud.putObject("big.bin", bytes);
  const proxy = await startCuttingProxy(t, cloud.outputs.downloadApi.url, () => {
    if (proxy.cuts >= wantedCuts) return undefined;
    // Beyond the headers, so that every connection brings the client further, and within a part of aria2c's.
    const offset = randomInt(4000, 1_000_000);
    t.log(`to be cut after ${offset} bytes`);
    return offset;
  });
  return {
    proxy,
    url: cloud.url("big.bin").replace(new URL(cloud.outputs.downloadApi.url).origin, proxy.origin),
  };
}

function temporaryFile(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-third-party-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return join(folder, "big.bin");
}

/** In CI every tool is there. */
function testWith(tool: string): typeof test | typeof test.skip {
  if (spawnSync(tool, ["--version"]).status === 0) return test;
  if (process.env.CI === "true") throw new Error(`${tool} is not installed`);
  console.log(`skipped: no ${tool} here (Debian: apt-get install ${tool === "aria2c" ? "aria2" : tool})`);
  return test.skip;
}

test("undici's RetryHandler completes a download whose connection is cut at random offsets", async (t) => {
  const cloud = await startTestCloud(t);
  const { proxy, url } = await throughCuts(t, cloud, 3);
  const agent = new RetryAgent(new Agent({ pipelining: 1 }), {
    maxRetries: 5,
    minTimeout: 10,
    maxTimeout: 50,
  });
  t.teardown(() => agent.close());
  const { statusCode, body } = await request(url, {
    dispatcher: agent,
    headers: { "x-api-key": cloud.outputs.apiKey },
  });
  t.is(statusCode, 200);
  t.true(bytes.equals(Buffer.from(await body.arrayBuffer())));
  t.is(proxy.cuts, 3);
});

testWith("wget")(
  "wget -c completes a file it has a part of, over a network that cuts connections",
  async (t) => {
    const cloud = await startTestCloud(t);
    const { proxy, url } = await throughCuts(t, cloud, 2);
    const file = temporaryFile(t);
    writeFileSync(file, bytes.subarray(0, 100_000));
    const key = `--header=x-api-key: ${cloud.outputs.apiKey}`;
    await run("wget", ["-q", "-c", "--tries=5", "--waitretry=0", key, "-O", file, url]);
    t.true(bytes.equals(readFileSync(file)));
    t.is(proxy.cuts, 2);
  },
);

testWith("aria2c")("aria2c -x4 fetches a file in four parts at a time, over the same network", async (t) => {
  const cloud = await startTestCloud(t);
  const { proxy, url } = await throughCuts(t, cloud, 2);
  const file = temporaryFile(t);
  await run("aria2c", [
    "-q",
    "-x4",
    "-s4",
    "-k1M",
    "--max-tries=10",
    "--retry-wait=0",
    `--header=x-api-key: ${cloud.outputs.apiKey}`,
    `--dir=${join(file, "..")}`,
    "--out=big.bin",
    url,
  ]);
  t.true(bytes.equals(readFileSync(file)));
  // It may have more connections under way, or give one up by itself and take another.
  t.true(proxy.cuts >= 2);
  const parts = cloud.s3.requests.filter(({ range }) => range !== undefined);
  t.true(parts.length >= 4, "it asked for parts");
});
