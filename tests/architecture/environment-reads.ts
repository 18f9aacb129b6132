import ts from "typescript";
import type { SourceFile } from "../helpers/source-files.ts";

/**
 * The environment variables a file reads: members of `process.env`, and of parameters declared as
 * `NodeJS.ProcessEnv`, to which it may be handed on. A read whose name is computed shows as `[computed]`.
 */
export function environmentReads({ path, text }: SourceFile): string[] {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const reads: string[] = [];
  const visit = (node: ts.Node): void => {
    if (isEnvironment(node)) reads.push(...namesRead(node));
    if (ts.isParameter(node) && node.type?.getText() === "NodeJS.ProcessEnv") {
      if (ts.isObjectBindingPattern(node.name)) reads.push(...namesBound(node.name));
    }
    node.forEachChild(visit);
  };
  visit(tree);
  return reads;
}

function isEnvironment(node: ts.Node): node is ts.Expression {
  if (ts.isPropertyAccessExpression(node)) return node.getText() === "process.env";
  if (!ts.isIdentifier(node)) return false;
  for (let scope: ts.Node = node; !ts.isSourceFile(scope); scope = scope.parent) {
    if (!ts.isFunctionLike(scope)) continue;
    const parameter = scope.parameters.find(({ name }) => name.getText() === node.text);
    if (parameter !== undefined)
      return parameter.name !== node && parameter.type?.getText() === "NodeJS.ProcessEnv";
  }
  return false;
}

function namesRead(environment: ts.Expression): string[] {
  const { parent } = environment;
  if (ts.isPropertyAccessExpression(parent)) return [parent.name.text];
  if (ts.isElementAccessExpression(parent) && parent.expression === environment) {
    const { argumentExpression: name } = parent;
    return [ts.isStringLiteralLike(name) ? name.text : "[computed]"];
  }
  if (ts.isVariableDeclaration(parent) && ts.isObjectBindingPattern(parent.name))
    return namesBound(parent.name);
  // Handed on whole: the function that takes it declares a `NodeJS.ProcessEnv` and is looked at itself.
  if (ts.isCallExpression(parent)) return [];
  return ["[computed]"];
}

function namesBound({ elements }: ts.ObjectBindingPattern): string[] {
  return elements.map((element) =>
    element.dotDotDotToken === undefined ? (element.propertyName ?? element.name).getText() : "[computed]",
  );
}
