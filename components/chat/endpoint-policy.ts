import type { PolicyStatement } from "../policy-statement.ts";

/**
 * The policy of a VPC endpoint: what may be asked for through it, by whoever is let in by the security groups and
 * allowed by a policy of their own. Without one an endpoint is a way to every resource of every account.
 * Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
 */
export function endpointPolicy(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ ...statement, Principal: "*" })),
  });
}
