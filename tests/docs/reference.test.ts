import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { errorCodes } from "../../contract/errors.ts";
import { limits } from "../../contract/limits.ts";
import { errorStatus } from "../../core/refusal.ts";
import { projectFolder } from "../helpers/recorded-program.ts";

const read = (name: string) => readFileSync(join(projectFolder, "docs", name), "utf8");

test("docs/errors.md lists every error code with its status, and no other", (t) => {
  const rows = [...read("errors.md").matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)];
  const listed: Record<string, number> = Object.fromEntries(
    rows.map(([, code, status]) => [String(code), Number(status)] as const),
  );
  t.deepEqual(listed, { ...errorStatus });
  t.deepEqual(Object.keys(listed).sort(), Object.keys(errorCodes).sort());
});

test("docs/limits.md lists every limit with its value, unit and page", (t) => {
  const rows = [...read("limits.md").matchAll(/^\| `(\w+)` \| (.+) \| \[page\]\((.+)\) \|$/gm)];
  t.deepEqual(
    rows.map(([, ...cells]) => cells),
    Object.entries(limits).map(([name, { value, unit, source }]) => [name, `${value} ${unit}`, source]),
  );
});
