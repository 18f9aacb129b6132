import test from "ava";
import { sourceFiles } from "../helpers/source-files.ts";
import { betweenFolders, importCycles, type ImportGraph } from "./import-cycles.ts";
import { importsOf } from "./import-rules.ts";

const scripts = sourceFiles().filter(({ path }) => /\.(ts|mjs|js)$/.test(path));
const paths = new Set(scripts.map(({ path }) => path));
const imports: ImportGraph = new Map(
  scripts.map((file) => [
    file.path,
    new Set(
      importsOf(file)
        .map(({ target }) => target)
        .filter((target) => paths.has(target)),
    ),
  ]),
);

test("no files import each other in a circle, types included", (t) => {
  t.true(imports.size > 300);
  t.deepEqual(importCycles(imports), []);
});

/** `local/gateway` for a file in it; a file beside the rooms stands for itself. */
const roomOf = (path: string): string => path.split("/").slice(0, 2).join("/");

for (const house of ["components", "local"]) {
  test(`no rooms of ${house}/ import each other in a circle`, (t) => {
    const inHouse = new Map([...imports].filter(([path]) => path.startsWith(`${house}/`)));
    const rooms = betweenFolders(inHouse, roomOf);
    t.true(rooms.size > 5);
    t.deepEqual(importCycles(rooms), []);
  });
}

const graphOf = (...arrows: string[]): ImportGraph =>
  new Map(arrows.map((arrow) => [arrow[0] ?? "", new Set(arrow.slice(1))]));

for (const [arrows, cycles] of [
  [["ab", "b"], []],
  [["abc", "bd", "cd", "d"], []],
  [["aa"], [["a"]]],
  [["ab", "bc", "ca"], [["a", "b", "c"]]],
  [
    ["ab", "ba", "cd", "dca"],
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
] as const) {
  test(`the circles of ${arrows.join(", ")} are ${JSON.stringify(cycles)}`, (t) => {
    t.deepEqual(importCycles(graphOf(...arrows)), cycles);
  });
}

test("files of a folder may import each other without a circle of folders", (t) => {
  const graph = new Map([
    ["l/a/1", new Set(["l/a/2", "l/b/1"])],
    ["l/a/2", new Set(["l/a/1"])],
    ["l/b/1", new Set<string>()],
  ]);
  t.deepEqual(importCycles(betweenFolders(graph, roomOf)), []);
});
