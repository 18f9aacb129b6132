import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { startTestCloud } from "../../helpers/local-cloud.ts";

/** curl's word for a transfer that ended before its announced length. */
const PARTIAL_FILE = 18;

test("a download that is cut fails in curl, and curl -C - completes it", async (t) => {
  const cloud = await startTestCloud(t);
  cloud.expectError(/^lambda: /);
  cloud.expectError(/^gateway: /);
  const bytes = randomBytes(3 * 1024 * 1024);
  await cloud.putObject("cut.bin", bytes);
  cloud.s3.faults.truncateAfter(1_000_000, { key: "cut.bin" });
  cloud.s3.faults.truncateAfter(0, { key: "cut.bin", times: 3 });

  const folder = mkdtempSync(join(tmpdir(), "streamgate-resume-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "out.bin");
  const curl = () =>
    exitCodeOf(
      "curl",
      "-sS",
      "-C",
      "-",
      "-H",
      `x-api-key: ${cloud.outputs.apiKey}`,
      "-o",
      file,
      cloud.url("cut.bin"),
    );

  t.is(await curl(), PARTIAL_FILE);
  // What a busy machine has not brought that far when the function gives up is lost with the connection.
  const part = readFileSync(file);
  t.true(part.length <= 1_000_000 && bytes.subarray(0, part.length).equals(part), `${part.length} bytes`);
  t.is(await curl(), 0);
  t.true(bytes.equals(readFileSync(file)));
});

function exitCodeOf(command: string, ...args: string[]): Promise<number | string> {
  return new Promise((resolve) => {
    execFile(command, args, (error) => resolve(error?.code ?? 0));
  });
}
