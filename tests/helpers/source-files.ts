import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./recorded-program.ts";

export interface SourceFile {
  /** From the project's folder, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

const notSource = new Set(["node_modules", ".git", ".streamgate", ".cache", "__pycache__"]);
const source = /\.(ts|mjs|js|py|sh|html|css)$|(^|\/)Dockerfile$/;

/** The project's source files, or those under the top-level names given. A folder that does not exist holds none. */
export function sourceFiles(...topLevel: readonly string[]): SourceFile[] {
  return filesIn("")
    .filter((path) => source.test(path))
    .filter((path) => topLevel.length === 0 || topLevel.includes(path.split("/")[0] ?? ""))
    .map((path) => ({ path, text: readFileSync(join(projectFolder, path), "utf8") }));
}

function filesIn(folder: string): string[] {
  return readdirSync(join(projectFolder, folder), { withFileTypes: true })
    .filter(({ name }) => !notSource.has(name))
    .flatMap((entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? filesIn(path) : [path];
    });
}
