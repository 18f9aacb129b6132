import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import ts from "typescript";
import { publicFolder } from "../helpers/page-server.ts";

const LARGEST_PAGE_BYTES = 40 * 1024;

const files = readdirSync(publicFolder, { recursive: true, encoding: "utf8" })
  .map((name) => join(publicFolder, name))
  .filter((file) => statSync(file).isFile());

test("the page is small", (t) => {
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  t.true(bytes < LARGEST_PAGE_BYTES, `${bytes} bytes`);
});

test("the page's scripts hold to the types they state", (t) => {
  const program = ts.createProgram(
    files.filter((file) => file.endsWith(".js")),
    {
      allowJs: true,
      checkJs: true,
      noEmit: true,
      strict: true,
      noUnusedLocals: true,
      noUnusedParameters: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ES2022,
      lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
      types: [],
    },
  );
  const problems = ts.getPreEmitDiagnostics(program);
  t.deepEqual(
    problems.map(({ file, start = 0, messageText }) => {
      const line = (file?.getLineAndCharacterOfPosition(start).line ?? 0) + 1;
      return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    }),
    [],
  );
});

test("the page makes no markup of text, and names no other host", (t) => {
  const namespace = "http://www.w3.org/2000/svg";
  for (const file of files) {
    const text = readFileSync(file, "utf8").replaceAll(namespace, "");
    t.notRegex(text, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/, file);
    t.notRegex(text, /https?:|["'(]\/\//, file);
    t.notRegex(text, /\sstyle=|\son[a-z]+=/, file);
    t.notRegex(text, /(src|href)="\//, file);
  }
});
