import test from "ava";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeRunState } from "../../../local/cli/run-state.ts";

function stateFolder(t: { teardown: (remove: () => void) => void }): string {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-state-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

test("two runs of a clone have files of their own, and the end of one leaves the other's", (t) => {
  const folder = stateFolder(t);
  const first = takeRunState(folder);
  const second = takeRunState(folder);
  t.is(first.outputsFile, join(folder, "outputs.json"));
  t.is(second.outputsFile, join(folder, "2", "outputs.json"));
  t.not(first.logFolder, second.logFolder);
  for (const { outputsFile } of [first, second]) writeFileSync(outputsFile, "{}");
  second.release();
  t.deepEqual(
    [first, second].map(({ outputsFile }) => existsSync(outputsFile)),
    [true, false],
  );
  t.is(takeRunState(folder).outputsFile, second.outputsFile);
});

test("what a run has left that ended unasked is removed, and its place taken", (t) => {
  const folder = stateFolder(t);
  const { pid } = spawnSync("true");
  writeFileSync(join(folder, "pid"), String(pid));
  writeFileSync(join(folder, "outputs.json"), '{"apiKey":"dead"}');
  const { outputsFile } = takeRunState(folder);
  t.is(outputsFile, join(folder, "outputs.json"));
  t.false(existsSync(outputsFile));
  t.is(readFileSync(join(folder, "pid"), "utf8"), String(process.pid));
});

test("a place whose file says nothing is free", (t) => {
  const folder = stateFolder(t);
  writeFileSync(join(folder, "pid"), "");
  t.is(takeRunState(folder).outputsFile, join(folder, "outputs.json"));
});
