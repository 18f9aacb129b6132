/** A template says something that is not simulated. */
export class UnsupportedTemplateError extends Error {
  override readonly name = "UnsupportedTemplateError";
}

type Directive =
  | { readonly kind: "set"; readonly target: string; readonly value: string }
  | { readonly kind: "if"; readonly comparisons: readonly (readonly [left: string, right: string])[] }
  | { readonly kind: "end" };

/** Arguments may hold one more pair of parentheses, as `$input.params("name")` does. */
const directivePattern = /#end|#(?<kind>set|if)\((?<argument>(?:[^()]|\([^()]*\))*)\)/g;
const overridePattern = /^\$context\.responseOverride\.header\.(?<name>[\w-]+)$/;
const parameterPattern = /^\$input\.params\("(?<name>[\w-]+)"\)$/;
const variablePattern = /^\$\w+$/;
const textPattern = /^"(?<text>[^"$#]*)"$/;

/**
 * A mapping template of API Gateway, as far as the choice of response headers takes it: `#set`, and `#if` over
 * comparisons with `==` joined by `||`, of request parameters, variables and texts. It writes no body.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
export class ResponseTemplate {
  readonly #directives: readonly Directive[];

  /** @throws UnsupportedTemplateError for anything else. */
  constructor(template: string) {
    if (template.replaceAll(directivePattern, "").trim() !== "") {
      throw new UnsupportedTemplateError("the template holds more than #set, #if and #end");
    }
    this.#directives = [...template.matchAll(directivePattern)].map(({ groups }) => readDirective(groups));
    let depth = 0;
    for (const { kind } of this.#directives) {
      depth += { set: 0, if: 1, end: -1 }[kind];
      if (depth < 0) break;
    }
    if (depth !== 0) throw new UnsupportedTemplateError("an #if has no #end, or an #end no #if");
  }

  /**
   * @param parameter A request parameter's value, empty where there is none.
   * @returns The response headers that are set, by name.
   */
  evaluate(parameter: (name: string) => string): Record<string, string> {
    const variables: Record<string, string> = {};
    const valueOf = (expression: string): string => {
      const name = parameterPattern.exec(expression)?.groups?.["name"];
      if (name !== undefined) return parameter(name);
      return textPattern.exec(expression)?.groups?.["text"] ?? variables[expression] ?? "";
    };
    const headers: Record<string, string> = {};
    // How many of the open #ifs do not hold, counted from the first that does not.
    let skipped = 0;
    for (const directive of this.#directives) {
      if (directive.kind === "end") {
        skipped = Math.max(0, skipped - 1);
      } else if (directive.kind === "if") {
        const holds = directive.comparisons.some(([left, right]) => valueOf(left) === valueOf(right));
        if (skipped > 0 || !holds) skipped += 1;
      } else if (skipped === 0) {
        const header = overridePattern.exec(directive.target)?.groups?.["name"];
        if (header === undefined) variables[directive.target] = valueOf(directive.value);
        else headers[header] = valueOf(directive.value);
      }
    }
    return headers;
  }
}

function readDirective({ kind, argument = "" }: Readonly<Record<string, string>> = {}): Directive {
  if (kind === undefined) return { kind: "end" };
  if (kind === "if") {
    return {
      kind: "if",
      comparisons: argument.split("||").map((comparison) => {
        const [left = "", right = "", ...more] = comparison.split("==").map((side) => side.trim());
        if (more.length > 0) throw unsupported(comparison);
        return [checkedOperand(left), checkedOperand(right)] as const;
      }),
    };
  }
  const [, target = "", value = ""] = /^\s*(\S+?)\s*=(?!=)\s*(.*?)\s*$/s.exec(argument) ?? [];
  if (!overridePattern.test(target) && !variablePattern.test(target)) throw unsupported(argument);
  return { kind: "set", target, value: checkedOperand(value) };
}

function checkedOperand(expression: string): string {
  const known = [parameterPattern, variablePattern, textPattern].some((pattern) => pattern.test(expression));
  if (!known) throw unsupported(expression);
  return expression;
}

function unsupported(text: string): UnsupportedTemplateError {
  return new UnsupportedTemplateError(`the template holds ${text.trim()}`);
}
