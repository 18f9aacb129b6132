import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import test from "ava";
import { makeWorkFolder } from "../../local/work-folder.ts";
import { projectFolder } from "../helpers/local-cloud.ts";
import { until } from "../helpers/until.ts";

test("a folder is there until it is removed", async (t) => {
  const folder = makeWorkFolder();
  t.true(existsSync(folder.path));
  await folder.remove();
  t.false(existsSync(folder.path));
});

test("a process that breaks takes its folders along", (t) => {
  const program = `
    const { makeWorkFolder } = await import("./local/work-folder.ts");
    process.stdout.write(makeWorkFolder().path);
    setImmediate(() => { throw new Error("broken"); });`;
  const { status, stdout } = spawnSync(
    process.execPath,
    ["--import", "./ts.mjs", "--input-type=module", "-e", program],
    { cwd: projectFolder, encoding: "utf8" },
  );
  t.is(status, 1);
  t.regex(stdout, /\/streamgate-\w+$/);
  t.false(existsSync(stdout));
});

test("a process that is killed takes its folders along", async (t) => {
  const program = `
    const { makeWorkFolder } = await import("./local/work-folder.ts");
    process.stdout.write(makeWorkFolder().path, () => process.kill(process.pid, "SIGKILL"));`;
  const { signal, stdout } = spawnSync(
    process.execPath,
    ["--import", "./ts.mjs", "--input-type=module", "-e", program],
    { cwd: projectFolder, encoding: "utf8" },
  );
  t.is(signal, "SIGKILL");
  t.regex(stdout, /\/streamgate-\w+$/);
  await until(() => !existsSync(stdout));
});
