/** A policy as it stands in the graph, and where that is: `origin` goes into messages. */
export interface PolicySource {
  readonly origin: string;
  /** JSON text or its parsed form. */
  readonly document: unknown;
}

/** A list of patterns, or with `negated` (NotAction, NotResource) everything else. */
export interface Patterns {
  readonly patterns: readonly string[];
  readonly negated: boolean;
}

/** One line of a Condition block: the key's value must stand in the operator's relation to one of the values. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement of a policy. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly action: Patterns;
  /** Left out only where the policy hangs on the resource itself, as a role's trust policy does. */
  readonly resource: Patterns | undefined;
  /** ARNs and account ids, `*` for anyone. Left out in policies that hang on the principal itself. */
  readonly awsPrincipals: readonly string[] | undefined;
  /** AWS's services. Format: `lambda.amazonaws.com`. */
  readonly servicePrincipals: readonly string[];
  readonly conditions: readonly Condition[];
}

/**
 * A policy that cannot be read, or holds something that is not simulated. Nobody is let through by such a policy:
 * to skip what is not understood could mean to skip a Deny.
 */
export class UnsupportedPolicyError extends Error {
  override readonly name = "UnsupportedPolicyError";
}

const DOCUMENT_MEMBERS = ["Version", "Id", "Statement"];
const STATEMENT_MEMBERS = [
  "Sid",
  "Effect",
  "Principal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** @throws UnsupportedPolicyError */
export function parsePolicy({ document }: PolicySource): Statement[] {
  const policy = asObject(typeof document === "string" ? parseJson(document) : document, "the policy");
  refuseOtherMembers(policy, DOCUMENT_MEMBERS);
  return asList(policy.Statement).map((statement) => parseStatement(asObject(statement, "Statement")));
}

function parseStatement(statement: Record<string, unknown>): Statement {
  refuseOtherMembers(statement, STATEMENT_MEMBERS);
  const { Effect: effect } = statement;
  if (effect !== "Allow" && effect !== "Deny") {
    throw new UnsupportedPolicyError("a statement's Effect is neither Allow nor Deny");
  }
  const action = patterns(statement, "Action");
  if (action === undefined) throw new UnsupportedPolicyError("a statement has no Action");
  return {
    effect,
    action,
    resource: patterns(statement, "Resource"),
    awsPrincipals: awsPrincipals(statement.Principal),
    servicePrincipals: servicePrincipals(statement.Principal),
    conditions: conditions(statement.Condition),
  };
}

function patterns(statement: Record<string, unknown>, element: "Action" | "Resource"): Patterns | undefined {
  const stated = statement[element];
  const excepted = statement[`Not${element}`];
  if (stated !== undefined && excepted !== undefined) {
    throw new UnsupportedPolicyError(`a statement has both ${element} and Not${element}`);
  }
  if (stated === undefined && excepted === undefined) return undefined;
  return { patterns: strings(stated ?? excepted, element), negated: excepted !== undefined };
}

/** Services, federated users and canonical users are other callers than the roles simulated here: they match none of them. */
function awsPrincipals(principal: unknown): string[] | undefined {
  if (principal === undefined) return undefined;
  if (principal === "*") return ["*"];
  const kinds = asObject(principal, "Principal");
  refuseOtherMembers(kinds, ["AWS", "Service", "Federated", "CanonicalUser"]);
  return kinds.AWS === undefined ? [] : strings(kinds.AWS, "Principal");
}

function servicePrincipals(principal: unknown): string[] {
  if (principal === undefined || principal === "*") return [];
  const { Service: services } = asObject(principal, "Principal");
  return services === undefined ? [] : strings(services, "Principal");
}

function conditions(block: unknown): Condition[] {
  if (block === undefined) return [];
  return Object.entries(asObject(block, "Condition")).flatMap(([operator, keys]) =>
    Object.entries(asObject(keys, operator)).map(([key, values]) => ({
      operator,
      key,
      values: asList(values).map((value) => {
        if (typeof value === "boolean" || typeof value === "number") return String(value);
        return literal(value, `${operator} ${key}`);
      }),
    })),
  );
}

function strings(value: unknown, element: string): string[] {
  return asList(value).map((item) => literal(item, element));
}

function literal(value: unknown, element: string): string {
  if (typeof value !== "string")
    throw new UnsupportedPolicyError(`${element} holds something other than text`);
  if (value.includes("${")) {
    throw new UnsupportedPolicyError(
      `${element} holds the variable ${value}; policy variables are not simulated`,
    );
  }
  return value;
}

function refuseOtherMembers(object: Record<string, unknown>, known: readonly string[]): void {
  for (const member of Object.keys(object)) {
    if (!known.includes(member)) {
      throw new UnsupportedPolicyError(`the element ${member} is unknown or not simulated`);
    }
  }
}

function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnsupportedPolicyError(`${what} is not a JSON object`);
  }
  return value as Record<string, unknown>;
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnsupportedPolicyError("the policy is not JSON");
  }
}
