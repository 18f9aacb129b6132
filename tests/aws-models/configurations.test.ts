import test from "ava";
import { configValues } from "../../components/config/config-keys.ts";
import { parseConfig } from "../../components/config/streamgate-config.ts";
import type { ResourceGraph } from "../../local/graph/resource-graph.ts";
import type { ProgramRun } from "../../local/program/run-program.ts";
import { type Settings, subjects } from "./configurations.ts";
import { checkovTest, failedChecks, listedChecks } from "./checkov.ts";
import { type Row, coveringArray } from "./covering-array.ts";
import { verdict } from "./judge.ts";
import { recordConfiguration, stackSettings } from "./record-configuration.ts";
import { judgedTest } from "./judged-test.ts";

function settingsOf(row: Row): Settings {
  const chosen = Object.entries(row).map(([subject, choice]) => subjects[subject]?.[choice] ?? {});
  return chosen.reduce((all, settings) => ({ ...all, ...settings }), {});
}

/** Why the configuration is refused; `undefined` where it is taken. */
function refusal(row: Row): string | undefined {
  const { config, project, stack } = stackSettings(settingsOf(row));
  try {
    parseConfig(config, project, stack);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const { rows, impossible } = coveringArray(
  Object.fromEntries(Object.entries(subjects).map(([name, choices]) => [name, Object.keys(choices)])),
  (row) => refusal(row) === undefined,
);

test("every key of the configuration is chosen in some row", (t) => {
  const chosen = new Set(rows.flatMap((row) => Object.keys(settingsOf(row))));
  t.deepEqual(
    Object.keys(configValues).filter((key) => !chosen.has(key)),
    [],
  );
});

test("what does not go together is refused with a sentence", (t) => {
  t.log(`${rows.length} rows, ${impossible.length} pairs that are refused`);
  for (const pair of impossible) {
    const row: Row = Object.fromEntries(
      pair.split(", ").map((choice): [string, string] => {
        const [subject = "", chosen = ""] = choice.split("=");
        return [subject, chosen];
      }),
    );
    t.regex(refusal(row) ?? "none", /; allowed: |`|needs|exclude|go together/, pair);
  }
});

const recorded = new Map<Row, Promise<ProgramRun>>();

/** Each graph is recorded once, for both judges. */
function recordRow(row: Row): Promise<ProgramRun> {
  const run = recorded.get(row) ?? recordConfiguration(settingsOf(row));
  recorded.set(row, run);
  return run;
}

for (const row of rows) {
  judgedTest(`AWS takes ${Object.values(row).join(" ")}`, async (t) => {
    const { graph } = await recordRow(row);
    t.deepEqual(verdict(graph), []);
  });
}

checkovTest("Checkov finds in no configuration what docs/security.md does not list", async (t) => {
  t.timeout(600_000);
  const graphs: ResourceGraph[] = [];
  for (const row of rows) graphs.push((await recordRow(row)).graph);
  const found = await failedChecks(...graphs);
  const listed = listedChecks();
  t.deepEqual(
    found.filter((check) => !listed.has(check)),
    [],
  );
});
