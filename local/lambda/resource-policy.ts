import type { ResourceGraph } from "../graph/resource-graph.ts";
import { matchesPattern } from "../iam/patterns.ts";
import type { InvokeRequest } from "./lambda-service.ts";

/**
 * Whether a recorded `aws:lambda/permission:Permission` lets the caller invoke the function.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function isInvokeAllowed(
  graph: ResourceGraph,
  target: { readonly arn: string; readonly name: string },
  caller: InvokeRequest["caller"],
): boolean {
  return graph.ofType("aws:lambda/permission:Permission").some(({ inputs }) => {
    const { action, principal, function: permitted, sourceArn, sourceAccount } = inputs;
    return (
      (permitted === target.name || permitted === target.arn) &&
      (action === "lambda:InvokeFunction" || action === "lambda:*") &&
      (principal === caller.service || principal === "*") &&
      (sourceArn === undefined ||
        (typeof sourceArn === "string" && isArnLike(caller.sourceArn, sourceArn))) &&
      (sourceAccount === undefined || sourceAccount === arnParts(caller.sourceArn)[4])
    );
  });
}

/** IAM's ArnLike: each of the six parts is matched by itself, with `*` and `?` as wildcards. */
function isArnLike(arn: string, pattern: string): boolean {
  const parts = arnParts(arn);
  const patterns = arnParts(pattern);
  return (
    parts.length === patterns.length &&
    parts.every((part, index) => matchesPattern(patterns[index] ?? "", part))
  );
}

function arnParts(arn: string): string[] {
  const [partition, ...rest] = arn.split(":");
  return [partition ?? "", ...rest.slice(0, 4), ...(rest.length > 4 ? [rest.slice(4).join(":")] : [])];
}
