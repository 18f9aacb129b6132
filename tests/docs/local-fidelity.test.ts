import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import test from "ava";
import { fargateVariables } from "../../local/ecs/container-variables.ts";
import { lambdaVariables } from "../../local/lambda/environment-variables.ts";
import { projectFolder } from "../helpers/recorded-program.ts";

const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");

/** The rows of a section that list variables. */
function variableRows(heading: string): [name: string, difference: string][] {
  const [, section = ""] = read("docs/local-fidelity.md").split(`## ${heading}\n`);
  const rows = section
    .split("\n## ", 1)
    .join()
    .matchAll(/^\| `([A-Z_0-9]+)` \| (.+) \|$/gm);
  return [...rows].map(([, name = "", difference = ""]) => [name, difference]);
}

for (const [heading, variables] of Object.entries({
  "Variables of a function": lambdaVariables,
  "Variables of a container": fargateVariables,
})) {
  test(`${heading}: each with another value than on AWS is listed, with what differs`, (t) => {
    const differing = Object.entries(variables).flatMap(([name, { difference }]): [string, string][] =>
      difference === undefined ? [] : [[name, difference]],
    );
    t.deepEqual(variableRows(heading), differing);
  });
}

const rulesFolder = "docs/local-fidelity";
const pages = readdirSync(join(projectFolder, rulesFolder)).map((name) => `${rulesFolder}/${name}`);

/** Where the names in brackets of a page lead to. */
function definitions(page: string): Map<string, string> {
  const lines = read(page).matchAll(/^\[([\w-]+)\]: (\S+)$/gm);
  return new Map([...lines].map(([, name = "", target = ""]) => [name, target]));
}

/** The cells of every rule. Shape: rule, source, held by, on AWS, if AWS differs. */
function rules(page: string): string[][] {
  return read(page)
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| rule |"))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    );
}

const names = (cell = "") => [...cell.matchAll(/\[([\w-]+)\](?!\()/g)].map(([, name = ""]) => name);

for (const page of pages) {
  test(`${page}: every rule has its source and its test under a name that leads somewhere`, (t) => {
    const targets = definitions(page);
    t.true(rules(page).length > 10);
    const used = rules(page).flatMap((cells) => {
      t.is(cells.length, 5, cells[0]);
      const [rule = "", source, heldBy] = cells;
      t.true(
        names(source).every((name) => targets.get(name)?.startsWith("https://") === true),
        rule,
      );
      t.true(names(heldBy).length > 0, rule);
      t.true(
        names(heldBy).every((name) => targets.get(name)?.endsWith(".test.ts") === true),
        rule,
      );
      return [...names(source), ...names(heldBy)];
    });
    t.deepEqual([...targets.keys()].sort(), [...new Set(used)].sort());
  });

  test(`${page}: every test it names exists`, (t) => {
    const paths = [...read(page).matchAll(/(?:\]: |\]\()((?!https?:)[^\s)#]+)/g)].map(
      ([, path = ""]) => path,
    );
    t.true(paths.length > 5);
    t.deepEqual(
      paths.filter((path) => !existsSync(join(projectFolder, rulesFolder, path))),
      [],
    );
  });
}

test("every test of a local service holds a rule that is listed", (t) => {
  const listed = new Set(
    pages.flatMap((page) => [...definitions(page).values()].map((path) => join(rulesFolder, path))),
  );
  const services = ["bedrock", "ecs", "elb", "gateway", "iam", "lambda", "s3", "vpc"];
  const tests = services.flatMap((name) =>
    readdirSync(join(projectFolder, "tests/local", name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
      .map((entry) => relative(projectFolder, join(entry.parentPath, entry.name))),
  );
  t.true(tests.length > 50);
  t.deepEqual(
    tests.filter((path) => !listed.has(path)),
    [],
  );
});
