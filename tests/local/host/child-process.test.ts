import test from "ava";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { launch } from "../../../local/host/child-process.ts";
import { projectFolder } from "../../helpers/local-cloud.ts";

test("a process ends with its code or its signal", async (t) => {
  const run = (script: string) => launch("/bin/sh", ["-c", script], { stdio: "ignore" }).closed;
  t.deepEqual(await run("exit 3"), { code: 3, signal: null });
  t.deepEqual(await run("kill -9 $$"), { code: null, signal: "SIGKILL" });
});

for (const [reason, command, options] of [
  ["ENOENT", "/no/such/program", {}],
  ["ENOENT", "/bin/sh", { cwd: "/no/such/folder" }],
  ["EACCES", "/", {}],
  ["E2BIG", "/bin/sh", { env: { LARGE: "x".repeat(1 << 20) } }],
] as const) {
  test(`a process that cannot be started ends with ${reason}: ${command} ${Object.keys(options).join()}`, async (t) => {
    const process = launch(command, [], { stdio: "pipe", ...options });
    const end = await process.closed;
    t.is("failure" in end && end.failure.code, reason);
    t.is(process.pid, undefined);
    await process.exited;
    process.kill("SIGTERM");
  });
}

test("without descriptors a process does not start, a port is not opened, and nothing is left unheard", (t) => {
  const script = join(projectFolder, "tests", "helpers", "out-of-descriptors.ts");
  const { stdout, stderr, status } = spawnSync(
    "/bin/sh",
    ["-c", 'ulimit -n 60; exec "$0" --import ./ts.mjs "$1"', process.execPath, script],
    { cwd: projectFolder, encoding: "utf8" },
  );
  t.is(stderr, "");
  t.deepEqual(JSON.parse(stdout), { spawn: "EMFILE", listen: "EMFILE", freePort: "EMFILE" });
  t.is(status, 0);
});
