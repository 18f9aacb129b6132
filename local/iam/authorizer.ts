import type { CloudLog } from "../logs/cloud-log.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import { accountOf } from "./arn-account.ts";
import type { Principal, VpcEndpoint } from "./caller.ts";
import type { RequestContext } from "./policy-conditions.ts";
import type { PolicySource } from "./policy-document.ts";
import { evaluate, type AuthorizationRequest, type Decision } from "./policy-evaluation.ts";
import { RolePolicies } from "./role-policies.ts";

/** An administrator's policy: what a resource's own policy denies stays denied. */
const everything: PolicySource = {
  origin: "the developer's policy",
  document: { Version: "2012-10-17", Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
};

/** Decides for the local services what the caller behind a request may do, by the policies in the graph. */
export class Authorizer {
  readonly #rolePolicies: RolePolicies;

  constructor(graph: ResourceGraph, log: CloudLog) {
    this.#rolePolicies = new RolePolicies(graph, log);
  }

  /**
   * @param principal `undefined` for a caller who shows no credentials: only resource policies can let those in.
   * @param request With the service's own condition keys, to which the global ones are added here, and with
   * `resourceAccountId` where other accounts can be let in.
   * @param resourcePolicies The policies on the thing itself, such as a bucket policy.
   */
  decide(
    principal: Principal | undefined,
    request: Omit<AuthorizationRequest, "principalArn">,
    resourcePolicies: readonly PolicySource[] = [],
  ): Decision {
    const roleArn = principal?.kind === "role" ? principal.roleArn : undefined;
    const [service = ""] = request.action.split(":");
    const endpoint = principal?.kind === "role" ? principal.endpoints?.[service] : undefined;
    const context: RequestContext = {
      // The services listen in cleartext on loopback, where the same call to AWS would be TLS. Were it counted as
      // cleartext, every bucket policy that insists on TLS would lock the local cloud out.
      "aws:SecureTransport": "true",
      "aws:PrincipalArn": roleArn,
      "aws:PrincipalAccount": accountOf(roleArn ?? ""),
      "aws:ResourceAccount": accountOf(request.resourceArn),
      "aws:SourceVpce": endpoint?.id,
      ...request.context,
    };
    const { action, resourceArn, resourceAccountId } = request;
    const asked: AuthorizationRequest = { principalArn: roleArn, action, resourceArn, context };
    const passed: Decision = endpoint === undefined ? { allowed: true } : passEndpoint(asked, endpoint);
    if (!passed.allowed) return passed;
    const between = { ...asked, ...(resourceAccountId !== undefined && { resourceAccountId }) };
    return evaluate(between, { identity: this.#identityPolicies(principal), resource: resourcePolicies });
  }

  #identityPolicies(principal: Principal | undefined): readonly PolicySource[] {
    if (principal === undefined) return [];
    return principal.kind === "developer" ? [everything] : this.#rolePolicies.of(principal.roleArn);
  }
}

/** Whether an endpoint lets a request through: its policy is written and read like a resource's. */
export function passEndpoint(request: AuthorizationRequest, { id, policy }: VpcEndpoint): Decision {
  if (policy === undefined) return { allowed: true };
  const decision = evaluate(request, { identity: [], resource: [policy] });
  return decision.allowed ? decision : { ...decision, because: `at VPC endpoint ${id} ${decision.because}` };
}
