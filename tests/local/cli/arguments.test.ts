import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { parseArguments } from "../../../local/cli/arguments.ts";
import { UsageError } from "../../../local/usage-error.ts";

const NOBODY = 65_534;

test("a folder that cannot be read is refused before anything starts", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-unreadable-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o000);
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    const error = t.throws(() => parseArguments(["--files", folder]), { instanceOf: UsageError });
    t.is(error.message, `The folder ${folder} cannot be read.`);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(folder, 0o700);
  }
});
