import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { configDefaults } from "../../components/config/streamgate-config.ts";
import { errorCodes } from "../../contract/errors.ts";
import type { StackOutputs } from "../../contract/stack-outputs.ts";
import { help } from "../../local/cli/arguments.ts";
import { documents, readDocument as read } from "../helpers/document-blocks.ts";
import { fixture, only, projectFolder, recordProgram } from "../helpers/recorded-program.ts";

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** What a document names, with the document. */
function named(find: (text: string, document: string) => string[]): { document: string; name: string }[] {
  return documents.flatMap((document) => find(read(document), document).map((name) => ({ document, name })));
}

test("every script that a document names exists", (t) => {
  const used = named((text) => [...text.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = ""]) => name));
  t.true(used.length > 20);
  const npmOwn = ["ci", "init", "install", "pkg"];
  t.deepEqual(
    used.filter(({ name }) => !(name in scripts) && !npmOwn.includes(name)),
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

test("a heading that a link leads to exists", (t) => {
  const anchors = named((text, document) =>
    [...text.matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(([, path = "", anchor = ""]) =>
      [path === "" ? document : join(document, "..", path), anchor].join("#"),
    ),
  );
  t.true(anchors.length > 5);
  const slugs = (path: string) =>
    [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  t.deepEqual(
    anchors.filter(({ name }) => {
      const [path = "", anchor = ""] = name.split("#");
      return !slugs(path).includes(anchor);
    }),
    [],
  );
});

test("the flags in docs/running-locally.md are those of npm start, and the README names no other", (t) => {
  const flags = (text: string) => [...new Set(text.match(/(?<![\w-])--[a-z][a-z-]+/g))].sort();
  t.deepEqual(flags(read("docs/running-locally.md")), flags(help));
  const ofOtherTools = ["--local", "--no-buffer", "--show-secrets"];
  t.deepEqual(
    flags(read("README.md")).filter((flag) => !ofOtherTools.includes(flag) && !flags(help).includes(flag)),
    [],
  );
});

test("the configuration table has every key, and no other", (t) => {
  const table = read("docs/configuration.md");
  const keys = [...table.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell = ""]) => cell.match(/\w+/g) ?? []);
  t.deepEqual(keys.sort(), Object.keys(configDefaults).sort());
});

test("the error codes that docs/api.md names are real", (t) => {
  const codes = [...read("docs/api.md").matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, code = ""]) => code);
  t.true(codes.length > 8);
  t.deepEqual(
    codes.filter((code) => !(code in errorCodes)),
    [],
  );
});

test.serial(
  "the routes in docs/api.md are those of the two APIs, and its outputs those of the stack",
  async (t) => {
    const config = ['runtimes=["nodejs","python-stdlib"]', "chat=true", "lambdaChat=true"];
    const { outputs } = await recordProgram({ config });
    const reference = read("docs/api.md");
    const table = (reference.split("| output | |\n")[1] ?? "").split("\n\n", 1).join();
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
      paths.filter((path) => !reference.includes(path)),
      [],
    );
  },
);

test.serial(
  "the programs in docs/components.md are those of a fixture, word by word, and make what they say",
  async (t) => {
    const programs = [...read("docs/components.md").matchAll(/```ts\n(.*?)```/gs)].map(
      ([, program = ""]) => program,
    );
    const files = ["streaming-lambda-api.ts", "report.ts", "private-chat-service.ts"];
    const fixtures = files.map((name) => readFileSync(join(fixture("readme"), name), "utf8"));
    t.deepEqual(programs, fixtures);
    for (const file of files.filter((name) => name !== "report.ts")) {
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
