import type { ResourceGraph } from "../graph/resource-graph.ts";
import { holds } from "./policy-conditions.ts";
import { parsePolicy, type Statement, UnsupportedPolicyError } from "./policy-document.ts";
import { matchesPattern } from "./patterns.ts";

/** An AWS service that takes a role for one of its resources. */
export interface AssumingService {
  /** Format: `ecs-tasks.amazonaws.com`. */
  readonly service: string;
  /** The resource. */
  readonly sourceArn: string;
}

/**
 * Whether a recorded role's trust policy lets a service take it. A role that is not part of the program is taken to.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 *
 * @returns Ends the sentence "refused, because ..."; `undefined` when it does.
 */
export function trustRefusal(
  graph: ResourceGraph,
  roleArn: string,
  asking: AssumingService,
): string | undefined {
  const role = graph.ofType("aws:iam/role:Role").find(({ outputs }) => outputs.arn === roleArn);
  if (role?.inputs.assumeRolePolicy === undefined) return undefined;
  const origin = `the trust policy of ${role.name}`;
  try {
    const statements = parsePolicy({ origin, document: role.inputs.assumeRolePolicy });
    const applying = statements.filter((statement) => applies(statement, asking));
    if (applying.some(({ effect }) => effect === "Deny")) return `${origin} denies it explicitly`;
    return applying.length > 0 ? undefined : `${origin} does not allow it`;
  } catch (error) {
    if (!(error instanceof UnsupportedPolicyError)) throw error;
    return `in ${origin} ${error.message}`;
  }
}

function applies(statement: Statement, { service, sourceArn }: AssumingService): boolean {
  const { action, conditions, servicePrincipals } = statement;
  const context = { "aws:SourceArn": sourceArn, "aws:SourceAccount": sourceArn.split(":")[4] };
  return (
    servicePrincipals.includes(service) &&
    action.patterns.some((pattern) => matchesPattern(pattern.toLowerCase(), "sts:assumerole")) !==
      action.negated &&
    conditions.every((condition) => holds(condition, context))
  );
}
