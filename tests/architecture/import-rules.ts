import { posix } from "node:path";
import ts from "typescript";
import localManifest from "../../local/package.json" with { type: "json" };
import type { SourceFile } from "../helpers/source-files.ts";

/** The parts of the project, each a folder but for the program, and what each may import besides itself. */
export const mayImport = {
  contract: [],
  core: ["contract"],
  lambda: ["core", "contract"],
  app: ["core", "contract"],
  components: ["contract"],
  program: ["components", "contract"],
  local: ["contract"],
  bench: ["contract", "core", "lambda", "app", "components", "program", "local"],
  tests: ["contract", "core", "lambda", "app", "components", "program", "local", "bench"],
} as const satisfies Record<string, readonly string[]>;

export type Part = keyof typeof mayImport;

/** Packages that only some parts may know. */
const packageUsers: readonly { package: RegExp; users: readonly Part[] }[] = [
  { package: /^@pulumi\//, users: ["components", "program", "local", "tests", "bench"] },
  { package: /^esbuild$/, users: ["app", "components", "tests", "bench"] },
  { package: /^leven$/, users: ["components", "tests", "bench"] },
  { package: /^(ava|fast-check|typescript)$/, users: ["tests", "bench"] },
  {
    package: new RegExp(`^(${Object.keys(localManifest.dependencies).join("|")})(/|$)`),
    users: ["local", "tests"],
  },
];

/** One line for each import that the rules forbid. Format: `contract/a.ts imports core/b.ts`. */
export function forbiddenImports(file: SourceFile): string[] {
  const from = partOf(file.path);
  if (from === undefined) return [];
  const allowed: readonly Part[] = [from, ...mayImport[from]];
  return importsOf(file)
    .filter(({ target, typeOnly }) => {
      const part = partOf(target);
      if (part === undefined) return !mayUsePackage(from, target);
      return !allowed.includes(part) || (from === "program" && part === "contract" && !typeOnly);
    })
    .map(({ target }) => `${file.path} imports ${target}`);
}

interface Import {
  /** A path from the project's folder, or a package's name. */
  readonly target: string;
  readonly typeOnly: boolean;
}

/** What a file imports, by the path from the project's folder, or the package's name. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const typeOnly = new Set(
    tree.statements
      .filter((statement) => ts.isImportDeclaration(statement))
      .filter(({ importClause }) => importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
      .map(({ moduleSpecifier }) => moduleSpecifier.getStart(tree)),
  );
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    target: resolved(path, fileName),
    typeOnly: typeOnly.has(pos),
  }));
}

function resolved(path: string, specifier: string): string {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(path), specifier);
  if (specifier === "streamgate") return "index.ts";
  // The package's own name, as programs in other folders import it.
  if (specifier.startsWith("streamgate/")) return `${specifier.slice("streamgate/".length)}/index.ts`;
  return specifier;
}

function partOf(path: string): Part | undefined {
  if (path === "index.ts") return "program";
  const [top, ...rest] = path.split("/");
  return rest.length > 0 ? (Object.keys(mayImport) as Part[]).find((part) => part === top) : undefined;
}

function mayUsePackage(from: Part, name: string): boolean {
  // Node.js's own modules aside, the contract is plain values: both ends of every wire have to be able to load it.
  if (from === "contract") return name.startsWith("node:");
  return packageUsers.every((rule) => !rule.package.test(name) || rule.users.includes(from));
}
