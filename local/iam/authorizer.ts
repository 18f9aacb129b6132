import type { CloudLog } from "../cloud-log.ts";
import type { ResourceGraph } from "../graph.ts";
import type { Principal } from "./caller.ts";
import type { RequestContext } from "./policy-conditions.ts";
import type { PolicySource } from "./policy-document.ts";
import { evaluate, type Decision } from "./policy-evaluation.ts";
import { RolePolicies } from "./role-policies.ts";

/** Decides for the local services what the role behind a request may do, by the policies in the graph. */
export class Authorizer {
  readonly #rolePolicies: RolePolicies;

  constructor(graph: ResourceGraph, log: CloudLog) {
    this.#rolePolicies = new RolePolicies(graph, log);
  }

  /**
   * @param context The service's own condition keys. The global ones are added here.
   * @param resourcePolicies The policies on the thing itself, such as a bucket policy.
   */
  decide(
    principal: Principal,
    request: { readonly action: string; readonly resourceArn: string; readonly context: RequestContext },
    resourcePolicies: readonly PolicySource[] = [],
  ): Decision {
    if (principal.kind === "developer") return { allowed: true };
    const { roleArn } = principal;
    const context: RequestContext = {
      // The services listen in cleartext on loopback, where the same call to AWS would be TLS. Were it counted as
      // cleartext, every bucket policy that insists on TLS would lock the local cloud out.
      "aws:SecureTransport": "true",
      "aws:PrincipalArn": roleArn,
      "aws:PrincipalAccount": roleArn.split(":")[4],
      ...request.context,
    };
    return evaluate(
      { principalArn: roleArn, action: request.action, resourceArn: request.resourceArn, context },
      { identity: this.#rolePolicies.of(roleArn), resource: resourcePolicies },
    );
  }
}
