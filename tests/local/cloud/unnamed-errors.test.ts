import { execFile } from "node:child_process";
import { join } from "node:path";
import test from "ava";
import { projectFolder } from "../../helpers/local-cloud.ts";

test("an error of the local cloud that a test does not name fails that test", async (t) => {
  const output = await nestedRun();
  t.regex(output, /^not ok \d+ - an error nobody named$/m);
  t.regex(output, /the local cloud reported what the test did not name/);
  t.regex(output, /^ok \d+ - an error that was named$/m);
  t.regex(output, /^not ok \d+ - a named error that does not come$/m);
});

/** @returns What ava prints, as TAP. */
function nestedRun(): Promise<string> {
  const ava = join(projectFolder, "node_modules", "ava", "entrypoints", "cli.mjs");
  // Without the variables by which an outer run tells its own processes what they are.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(AVA|NODE_CHANNEL)/.test(name)),
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [ava, "--tap"],
      { cwd: join(projectFolder, "tests/fixtures/unnamed-error"), env },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    );
  });
}
