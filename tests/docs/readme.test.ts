import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { configDefaults } from "../../components/config/streamgate-config.ts";
import { errorCodes } from "../../contract/errors.ts";
import type { StackOutputs } from "../../contract/stack-outputs.ts";
import { help } from "../../local/cli/arguments.ts";
import { fixture, only, projectFolder, recordProgram } from "../helpers/recorded-program.ts";

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  "local/README.md",
  ...readdirSync(join(import.meta.dirname, "../../docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md"))
    .map((path) => `docs/${path}`),
];
const read = (path: string) => readFileSync(join(projectFolder, path), "utf8");
const readme = read("README.md");
const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** What a document names, with the document. */
function named(find: (text: string, document: string) => string[]): { document: string; name: string }[] {
  return documents.flatMap((document) => find(read(document), document).map((name) => ({ document, name })));
}

test("every script that a document names exists", (t) => {
  const used = named((text) => [...text.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = ""]) => name));
  t.true(used.length > 20);
  t.deepEqual(
    used.filter(({ name }) => !(name in scripts) && name !== "ci"),
    [],
  );
});

test("every path that a document names or links to exists", (t) => {
  const linked = named((text, document) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, target = ""]) => join(document, "..", target)),
  );
  const folders = "\\.ci|app|bench|components|contract|core|docs|lambda|local|tests";
  const quoted = named((text) =>
    [...text.matchAll(new RegExp(`\`((?:${folders})/[\\w./-]*)\``, "g"))].map(([, target = ""]) => target),
  );
  t.true(linked.length > 20 && quoted.length > 50);
  t.deepEqual(
    [...linked, ...quoted].filter(({ name }) => !existsSync(join(projectFolder, name))),
    [],
  );
});

test("the README's flags are those of npm start", (t) => {
  const flags = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g))].sort();
  const ofOtherTools = [
    "--all",
    "--aws-sigv",
    "--local",
    "--no-buffer",
    "--path",
    "--show-secrets",
    "--user",
  ];
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

test.serial(
  "the README's routes are those of the two APIs, and its outputs those of the stack",
  async (t) => {
    const config = ['runtimes=["nodejs","python-stdlib"]', "chat=true", "lambdaChat=true"];
    const { outputs } = await recordProgram({ config });
    const table = (readme.split("| output | |\n")[1] ?? "").split("\n\n", 1).join();
    const listed = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(
      ([, cell = ""]) => cell.match(/\w+/g) ?? [],
    );
    t.deepEqual(listed.sort(), Object.keys(outputs).sort());
    const { downloadApi, chatApi } = outputs as unknown as Required<StackOutputs>;
    const paths = [...downloadApi.routes, ...chatApi.routes]
      .map((route) =>
        route
          .replace(/^[A-Z]+ /, "")
          .replace(/\/\{(?:key|proxy)\+\}$/, "")
          .replace(/^(\/assets\/).*/, "$1"),
      )
      .filter((path) => path !== "");
    t.deepEqual(
      paths.filter((path) => !readme.includes(path)),
      [],
    );
  },
);

test.serial(
  "the README's programs are those of a fixture, word by word, and make what they say",
  async (t) => {
    const programs = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, program = ""]) => program);
    const files = ["streaming-lambda-api.ts", "private-chat-service.ts"];
    const fixtures = files.map((name) => readFileSync(join(fixture("readme"), name), "utf8"));
    t.is(programs.length, files.length);
    for (const [index, program] of programs.entries()) t.true(fixtures[index]?.endsWith(program), program);
    for (const file of files) {
      const config = [`program=${file.replace(".ts", "")}`];
      const { graph } = await recordProgram({ folder: fixture("readme"), config });
      t.regex(String(only(graph, "aws:apigateway/stage:Stage").outputs.invokeUrl), /\/v1$/, file);
    }
  },
);

test("every dependency is explained", (t) => {
  const explained = read("docs/dependencies.md");
  for (const manifest of ["package.json", "local/package.json"]) {
    const { dependencies, devDependencies } = JSON.parse(read(manifest)) as Record<
      "dependencies" | "devDependencies",
      Record<string, string>
    >;
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      t.true(explained.includes(`\`${name}\``), name);
    }
  }
});
