import ts from "typescript";
import type { SourceFile } from "../helpers/source-files.ts";

/** The exported functions, classes and interfaces of a file that no doc comment stands above. */
export function undocumentedExports(file: SourceFile): string[] {
  return declarations(file)
    .filter((declaration) => !hasDocComment(declaration))
    .map(({ name }) => `${file.path}: ${name?.text}`);
}

/** Doc comments that open with a question word or "Of" instead of the thing or the verb. Format: `a.ts:12: What is ...`. */
export function questionOpeners({ path, text }: SourceFile): string[] {
  return [...text.matchAll(/\/\*\*\s+(?:\* )?((?:What|Of|How|Where)\b.*)/g)].map(
    ({ index, 1: opening = "" }) => {
      const line = text.slice(0, index).split("\n").length;
      return `${path}:${line}: ${opening}`;
    },
  );
}

/** The members without a doc comment, of every exported interface whose name matches. */
export function undocumentedMembers(file: SourceFile, interfaceName: RegExp): string[] {
  return declarations(file)
    .filter((declaration) => ts.isInterfaceDeclaration(declaration))
    .filter(({ name }) => interfaceName.test(name.text))
    .flatMap(({ name, members }) =>
      members
        .filter((member) => !hasDocComment(member))
        .map((member) => `${file.path}: ${name.text}.${member.name?.getText()}`),
    );
}

function declarations({ path, text }: SourceFile) {
  return ts
    .createSourceFile(path, text, ts.ScriptTarget.Latest, true)
    .statements.filter(
      (statement) =>
        ts.isFunctionDeclaration(statement) ||
        ts.isClassDeclaration(statement) ||
        ts.isInterfaceDeclaration(statement),
    )
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true);
}

function hasDocComment(node: ts.Node): boolean {
  return ts
    .getJSDocCommentsAndTags(node)
    .some((part) => ts.isJSDoc(part) && part.getText().length > "/** */".length);
}
