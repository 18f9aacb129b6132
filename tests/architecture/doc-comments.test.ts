import test from "ava";
import { sourceFiles } from "../helpers/source-files.ts";
import { questionOpeners, undocumentedExports, undocumentedMembers } from "./doc-comments.ts";

const isTypeScript = ({ path }: { path: string }) => path.endsWith(".ts");

for (const part of ["components", "contract", "core"]) {
  test(`every exported function, class and interface of ${part}/ has a doc comment`, (t) => {
    const files = sourceFiles(part).filter(isTypeScript);
    t.not(files.length, 0);
    t.deepEqual(files.flatMap(undocumentedExports), []);
  });
}

test("every argument a component takes has a doc comment", (t) => {
  const files = sourceFiles("components").filter(isTypeScript);
  t.deepEqual(
    files.flatMap((file) => undocumentedMembers(file, /Args$|^LambdaRoute$/)),
    [],
  );
});

for (const part of ["components", "local"]) {
  test(`every doc comment of ${part}/ opens with the thing or the verb`, (t) => {
    t.deepEqual(sourceFiles(part).filter(isTypeScript).flatMap(questionOpeners), []);
  });
}

test("a doc comment that opens with a question word or Of is found", (t) => {
  const comments = "/** What it is. */\n/**\n * Of ECS.\n */\n/** The size. */\n/** Whatever. */";
  t.deepEqual(questionOpeners({ path: "a.ts", text: comments }), [
    "a.ts:1: What it is. */",
    "a.ts:2: Of ECS.",
  ]);
});

const text = `
/** Said. */ export function said() {}
/** */ export function empty() {}
// Not a doc comment.
export function unsaid() {}
export class Bare {}
function own() {}
export interface FileArgs {
  /** Said. */
  readonly name: string;
  readonly size: number;
}`;

test("an export without a doc comment is found", (t) => {
  t.deepEqual(undocumentedExports({ path: "a.ts", text }), [
    "a.ts: empty",
    "a.ts: unsaid",
    "a.ts: Bare",
    "a.ts: FileArgs",
  ]);
});

test("a member without a doc comment is found", (t) => {
  t.deepEqual(undocumentedMembers({ path: "a.ts", text }, /Args$/), ["a.ts: FileArgs.size"]);
  t.deepEqual(undocumentedMembers({ path: "a.ts", text }, /^Other$/), []);
});
