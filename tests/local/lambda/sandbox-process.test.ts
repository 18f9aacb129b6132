import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import test from "ava";
import { SandboxProcess } from "../../../local/lambda/sandbox-process.ts";
import { isAlive } from "../../helpers/is-alive.ts";
import { until } from "../../helpers/until.ts";

test("a watched process ends with a host that is killed", async (t) => {
  const script = join(import.meta.dirname, "../../helpers/sandbox-process-to-start.ts");
  const host = spawn(process.execPath, [...process.execArgv, script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.teardown(() => host.kill("SIGKILL"));
  const [line] = (await once(host.stdout, "data")) as [Buffer];
  const pid = Number(line);
  t.true(isAlive(pid));
  host.kill("SIGKILL");
  await until(() => !isAlive(pid));
  t.pass();
});

test("a watched process tells its lines and its end like any other", async (t) => {
  for (const isWatched of [false, true]) {
    const lines: string[] = [];
    const { exited } = new SandboxProcess({
      command: ["sh", "-c", "cat; echo one; echo two >&2; exit 3"],
      folder: "/",
      variables: { PATH: process.env["PATH"] ?? "" },
      onLine: (line) => lines.push(line),
      isWatched,
    });
    t.is(await exited, "exit status 3");
    t.deepEqual(lines.sort(), ["one", "two"]);
  }
});
