import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import test from "ava";
import { projectFolder } from "../helpers/recorded-program.ts";

test("npm run test:stack -- --stack NAME says what it needs where the Pulumi CLI fails", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-npx-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const npx = join(folder, "npx");
  writeFileSync(npx, "#!/bin/sh\necho 'pulumi: fetch failed' >&2\nexit 1\n");
  chmodSync(npx, 0o755);
  const command = ["--import", "./ts.mjs", "tests/stack/run.ts", "--stack", "prod"];
  const { status, stderr } = spawnSync(process.execPath, command, {
    cwd: projectFolder,
    encoding: "utf8",
    env: { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) },
  });
  t.is(status, 2);
  t.deepEqual(stderr.trim().split("\n"), [
    "pulumi: fetch failed",
    "The outputs of stack prod cannot be read: npx pulumi stack output failed, as above. It needs the Pulumi CLI, a login and a deployed stack.",
  ]);
});
