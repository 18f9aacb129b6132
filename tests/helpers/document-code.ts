import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./recorded-program.ts";

/** The one code block of a document that is in this language and holds this text. */
export function documentCode(document: string, language: string, holding: string): string {
  const text = readFileSync(join(projectFolder, document), "utf8");
  const blocks = [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))];
  const found = blocks.map(([, code = ""]) => code).filter((code) => code.includes(holding));
  if (found.length !== 1) throw new Error(`${document} has ${found.length} blocks with ${holding}`);
  return found[0] ?? "";
}

/** What the document's JavaScript defines under a name, given what it imports. */
export function documentFunction<Result>(
  document: string,
  name: string,
  imported: Readonly<Record<string, unknown>> = {},
): Result {
  const code = documentCode(document, "js", `${name}(`).replace(/^import .*$/m, "");
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the document's own code is what is tested
  const define = new Function(...Object.keys(imported), `${code}; return ${name};`) as (
    ...values: unknown[]
  ) => Result;
  return define(...Object.values(imported));
}
