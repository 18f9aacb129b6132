import test from "ava";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { LogFile } from "../../../local/logs/log-file.ts";
import { LogGroups } from "../../../local/logs/log-groups.ts";

function inFolder(t: ExecutionContext, rotateAtBytes = 1000) {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-log-"));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "logs", "a.log");
  mkdirSync(join(folder, "logs"));
  const told: string[] = [];
  const file = new LogFile({ path, rotateAtBytes, onLoss: (message) => told.push(message) });
  return { folder, path, told, file };
}

test("a folder that is removed while lines are written comes back", (t) => {
  const { folder, path, told, file } = inFolder(t);
  file.append("before");
  rmSync(join(folder, "logs"), { recursive: true });
  file.append("after");
  t.is(readFileSync(path, "utf8"), "after\n");
  t.deepEqual([file.lostLines, told], [0, []]);
});

test("a disk that is full costs lines, told once, until there is room again", (t) => {
  if (!existsSync("/dev/full")) return t.pass("there is no /dev/full here");
  const { path, told, file } = inFolder(t);
  symlinkSync("/dev/full", path);
  file.append("one");
  file.append("two");
  t.is(file.lostLines, 2);
  t.is(told.length, 1);
  t.regex(String(told[0]), /^lines are lost: ENOSPC/);
  rmSync(path);
  file.append("three");
  t.is(readFileSync(path, "utf8"), "three\n");
  t.is(file.lostLines, 2);
});

test("what stands where the folder was costs lines", (t) => {
  const { folder, told, file } = inFolder(t);
  rmSync(join(folder, "logs"), { recursive: true });
  writeFileSync(join(folder, "logs"), "");
  file.append("one");
  t.is(file.lostLines, 1);
  t.regex(String(told[0]), /^lines are lost: (ENOTDIR|EEXIST)/);
});

test("a file takes no more than its size, and the one before it is kept", (t) => {
  const { path, file } = inFolder(t, 20);
  for (const line of ["first line", "second line", "third line", "fourth line", "fifth line"])
    file.append(line);
  t.is(readFileSync(`${path}.1`, "utf8"), "third line\nfourth line\n");
  t.is(readFileSync(path, "utf8"), "fifth line\n");
});

test("what an earlier run has written counts", (t) => {
  const { path, file } = inFolder(t, 20);
  writeFileSync(path, "of an earlier run, and long\n");
  file.append("new");
  t.is(readFileSync(path, "utf8"), "new\n");
});

test("a group keeps its newest lines, and knows how many are in no file", (t) => {
  const groups = new LogGroups();
  for (let line = 0; line <= LogGroups.keptLines; line++) groups.append("/a/group", String(line));
  t.is(groups.lines("/a/group").length, LogGroups.keptLines);
  t.is(groups.lines("/a/group")[0], "1");
  t.is(groups.lostLines, 0);
});
