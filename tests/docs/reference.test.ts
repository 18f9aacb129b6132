import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { accessLogFormat } from "../../components/api/access-log-format.ts";
import { chatMetrics } from "../../contract/chat-metrics.ts";
import { chatServiceTimes } from "../../contract/chat-service-times.ts";
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

test("docs/limits.md lists every time on which the private chat's parts agree", (t) => {
  const rows = [...read("limits.md").matchAll(/^\| `(\w+Seconds)` \| (\d+) \|/gm)];
  t.deepEqual<unknown, unknown>(
    Object.fromEntries(rows.map(([, name, seconds]) => [name, Number(seconds)])),
    chatServiceTimes,
  );
});

test("docs/security.md names a test for every threat", (t) => {
  const [threats = ""] = read("security.md").split("\n## ", 1);
  const rows = [...threats.matchAll(/^\| (?!threat)([^|]+) \| [^|]+ \| ([^|]+) \|$/gm)];
  t.true(rows.length > 15);
  for (const [, threat = "", heldBy = ""] of rows) t.regex(heldBy, /\]\(\.\.\/tests\/.+\.test\.ts\)/, threat);
});

test("docs/operations.md lists every metric of the tasks, under the namespace they have", (t) => {
  const { namespace, dimension, names } = chatMetrics;
  const table = (read("operations.md").split("| metric | |\n")[1] ?? "").split("\n\n", 1).join();
  const listed = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name);
  t.deepEqual(listed.sort(), Object.values(names).sort());
  for (const name of [namespace, dimension]) t.true(read("operations.md").includes(`\`${name}\``), name);
});

test("the fields of the access log that docs/operations.md names are there", (t) => {
  const row = /^\| access log, .+$/m.exec(read("operations.md"))?.join() ?? "";
  const named = [...row.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  t.true(named.length > 5);
  const fields = Object.keys(JSON.parse(accessLogFormat) as object);
  t.deepEqual(
    named.filter((name) => !fields.includes(name)),
    [],
  );
});
