import type { CloudLog } from "../logs/cloud-log.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { PolicySource } from "./policy-document.ts";

/**
 * Collects what a recorded role may do: its inline policies, `RolePolicy` resources, and attached policies that the
 * program itself made. Those AWS manages are unknown here and grant nothing; each is warned about once.
 */
export class RolePolicies {
  readonly #graph: ResourceGraph;
  readonly #log: CloudLog;
  readonly #byRoleArn = new Map<string, readonly PolicySource[]>();

  constructor(graph: ResourceGraph, log: CloudLog) {
    this.#graph = graph;
    this.#log = log;
  }

  /** @returns No policies for a role that is not in the graph. */
  of(roleArn: string): readonly PolicySource[] {
    const known = this.#byRoleArn.get(roleArn);
    if (known !== undefined) return known;
    const role = this.#graph.ofType("aws:iam/role:Role").find(({ outputs }) => outputs.arn === roleArn);
    const policies =
      role === undefined
        ? []
        : [
            ...boundary(role),
            ...inlinePolicies(role),
            ...this.#rolePolicies(role),
            ...this.#attachedPolicies(role),
          ];
    this.#byRoleArn.set(roleArn, policies);
    return policies;
  }

  #rolePolicies(role: RecordedResource): PolicySource[] {
    return this.#graph
      .ofType("aws:iam/rolePolicy:RolePolicy")
      .filter(({ inputs }) => isNameOf(role, inputs.role))
      .map(({ name, inputs }) => ({ origin: `role policy ${name}`, document: inputs.policy }));
  }

  #attachedPolicies(role: RecordedResource): PolicySource[] {
    const attached = this.#graph
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ inputs }) => isNameOf(role, inputs.role))
      .map(({ inputs }) => inputs.policyArn);
    const managed = (role.inputs.managedPolicyArns ?? []) as readonly unknown[];
    return [...attached, ...managed].flatMap((arn) => this.#managedPolicy(String(arn)));
  }

  #managedPolicy(arn: string): PolicySource[] {
    const policy = this.#graph.ofType("aws:iam/policy:Policy").find(({ outputs }) => outputs.arn === arn);
    if (policy !== undefined) return [{ origin: `policy ${policy.name}`, document: policy.inputs.policy }];
    this.#warnOnce(arn);
    return [];
  }

  #warnOnce(arn: string): void {
    const message = `The managed policy ${arn} is not part of the program, so it grants nothing locally.`;
    if (!this.#log.entries.some((entry) => entry.message === message)) this.#log.warning("iam", message);
  }
}

function isNameOf(role: RecordedResource, name: unknown): boolean {
  return name === role.id || name === role.outputs.name;
}

function inlinePolicies(role: RecordedResource): PolicySource[] {
  const policies = (role.inputs.inlinePolicies ?? []) as readonly { name?: string; policy?: unknown }[];
  return policies.map((policy) => ({
    origin: `inline policy ${policy.name ?? ""} of role ${role.name}`,
    document: policy.policy,
  }));
}

/** A permissions boundary takes away, so it must not be overlooked: it stands as a policy nobody can read. */
function boundary(role: RecordedResource): PolicySource[] {
  if (role.inputs.permissionsBoundary === undefined) return [];
  return [
    {
      origin: `role ${role.name}`,
      document: { PermissionsBoundary: role.inputs.permissionsBoundary },
    },
  ];
}
