import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { configDefaults } from "../../components/config/streamgate-config.ts";
import { errorCodes } from "../../contract/errors.ts";
import { help } from "../../local/cli/arguments.ts";
import { projectFolder } from "../helpers/recorded-program.ts";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...["architecture", "local-fidelity", "limits", "security"].map((name) => `docs/${name}.md`),
];
const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");
const readme = read("README.md");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

for (const path of documents) {
  test(`every script ${path} names exists`, (t) => {
    const named = [...read(path).matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = ""]) => name);
    const unknown = named.filter((name) => !(name in scripts) && name !== "ci");
    t.deepEqual(unknown, []);
  });

  test(`every path ${path} names exists`, (t) => {
    const text = read(path);
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = ""]) =>
      join(path, "..", target),
    );
    const quoted = [
      ...text.matchAll(/`((?:\.ci|app|bench|components|contract|core|docs|lambda|local|tests)\/[\w./-]*)`/g),
    ].map(([, target = ""]) => target);
    t.true(linked.length + quoted.length > 0);
    t.deepEqual(
      [...linked, ...quoted].filter((target) => !existsSync(join(projectFolder, target))),
      [],
    );
  });
}

test("the README's flags are those of npm start", (t) => {
  const flags = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g))].sort();
  const ofOtherTools = ["--local", "--show-secrets"];
  t.deepEqual(
    flags(readme).filter((flag) => !ofOtherTools.includes(flag)),
    flags(help),
  );
});

test("the README's configuration table has every key, and no other", (t) => {
  const table = readme.slice(readme.indexOf("## Configuration"), readme.indexOf("## What it answers"));
  const keys = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = ""]) => cell.match(/\w+/g) ?? []);
  t.deepEqual(keys.sort(), Object.keys(configDefaults).sort());
});

test("the error codes the README names are real", (t) => {
  const answers = readme.slice(readme.indexOf("## What it answers"), readme.indexOf("## Limits"));
  const codes = [...answers.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, code = ""]) => code);
  t.true(codes.length > 8);
  t.deepEqual(
    codes.filter((code) => !(code in errorCodes)),
    [],
  );
});

test("every dependency is explained", (t) => {
  const explained = read("docs/dependencies.md");
  const { dependencies, devDependencies } = JSON.parse(read("package.json")) as Record<
    "dependencies" | "devDependencies",
    Record<string, string>
  >;
  for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
    t.true(explained.includes(`\`${name}\``), name);
  }
});
