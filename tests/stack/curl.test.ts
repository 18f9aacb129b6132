import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";
import { credentialHeaders } from "./caller.ts";
import { downloadTest } from "./downloads.ts";
import { outputs, putObject, s3, testKey } from "./stack.ts";

const run = promisify(execFile);
const bytes = randomBytes(3 * 1024 * 1024);

/** @param args The URL comes last. */
async function curl(...args: string[]): Promise<string> {
  const method = args.includes("-I") ? "HEAD" : "GET";
  const headers = await credentialHeaders(String(args.at(-1)), { method });
  const credentials = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  const { stdout } = await run("curl", ["-sS", "-f", ...credentials, ...args]);
  return stdout;
}

async function fileFor(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "streamgate-curl-"));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "out.bin");
}

downloadTest("the README's command downloads the exact bytes", async (t, { url }) => {
  const key = testKey("curl.bin");
  await putObject(t, key, bytes);
  const file = await fileFor(t);
  await curl("-o", file, url(key));
  t.true(bytes.equals(await readFile(file)));
});

if (outputs.auth === "iam") {
  downloadTest("curl's own signature is taken, as the README has it made", async (t, { url }) => {
    const key = testKey("curl-signed.bin");
    await putObject(t, key, bytes);
    const file = await fileFor(t);
    const { accessKeyId, secretAccessKey, sessionToken = "" } = await s3.config.credentials();
    await run("curl", [
      "-sS",
      "-f",
      ...["--aws-sigv4", `aws:amz:${outputs.region}:execute-api`],
      ...["--user", `${accessKeyId}:${secretAccessKey}`],
      ...["-H", `x-amz-security-token: ${sessionToken}`],
      ...["-o", file, url(key)],
    ]);
    t.true(bytes.equals(await readFile(file)));
  });
}

downloadTest("curl -I shows the size", async (t, { url }) => {
  const key = testKey("curl-head.bin");
  await putObject(t, key, bytes);
  const head = await curl("-I", url(key));
  t.regex(head, /^HTTP\/\S+ 200/);
  t.regex(head, new RegExp(`^x-object-size: ${bytes.length}\r$`, "im"));
});

downloadTest("curl --range fetches a part", async (t, { url }) => {
  const key = testKey("curl-range.bin");
  await putObject(t, key, bytes);
  const file = await fileFor(t);
  await curl("--range", "1000-1999", "-o", file, url(key));
  t.true(bytes.subarray(1000, 2000).equals(await readFile(file)));
});

downloadTest("curl -C - completes a file that was cut", async (t, { url }) => {
  const key = testKey("curl-resume.bin");
  await putObject(t, key, bytes);
  const file = await fileFor(t);
  await writeFile(file, bytes.subarray(0, 1_234_567));
  await curl("-C", "-", "-o", file, url(key));
  t.true(bytes.equals(await readFile(file)));
});
