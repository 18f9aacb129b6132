import type { ResourceGraph } from "../graph/resource-graph.ts";
import {
  readSecurityGroupRules,
  type RuleDirection,
  type SecurityGroupRule,
} from "./security-group-rules.ts";

/** Source or destination of a packet. */
export type NetworkParty =
  | { readonly kind: "groups"; readonly securityGroupIds: readonly string[] }
  | { readonly kind: "prefixList"; readonly prefixListId: string };

/** Whether packets pass between two parties, by the rules in the graph. */
export interface SecurityGroups {
  /** @returns `undefined` when a connection is let through, else the sentence that says which rule is missing. */
  refusal(from: NetworkParty, to: NetworkParty, port: number): string | undefined;
}

/**
 * The security groups of a graph. A TCP connection needs an egress rule of a group it comes from and an ingress rule
 * of a group it goes to; answers pass by themselves. A prefix list has no groups and lets everything in. Nothing has
 * an address here, so of all address ranges only `0.0.0.0/0` counts.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
 *
 * @throws GraphError for a rule that cannot be read.
 */
export function readSecurityGroups(graph: ResourceGraph): SecurityGroups {
  const rules = readSecurityGroupRules(graph);
  const names = new Map(
    graph.ofType("aws:ec2/securityGroup:SecurityGroup").map(({ id, name }) => [id, `${id} (${name})`]),
  );
  const describe = (party: NetworkParty): string => {
    if (party.kind === "prefixList") return `the prefix list ${party.prefixListId}`;
    if (party.securityGroupIds.length === 0) return "no security group";
    return party.securityGroupIds
      .map((id) => names.get(id) ?? `${id}, which the program did not make,`)
      .join(" or ");
  };
  return {
    refusal(from, to, port) {
      if (!isAllowed(rules, "egress", from, to, port)) {
        return `no egress rule of ${describe(from)} lets tcp ${port} out to ${describe(to)}`;
      }
      if (!isAllowed(rules, "ingress", to, from, port)) {
        return `no ingress rule of ${describe(to)} lets tcp ${port} in from ${describe(from)}`;
      }
      return undefined;
    },
  };
}

/** Whether a rule of the holder's lets the port pass to or from the peer. */
function isAllowed(
  rules: readonly SecurityGroupRule[],
  direction: RuleDirection,
  holder: NetworkParty,
  peer: NetworkParty,
  port: number,
): boolean {
  if (holder.kind === "prefixList") return true;
  return rules.some((rule) => {
    return (
      rule.direction === direction &&
      holder.securityGroupIds.includes(rule.securityGroupId) &&
      coversPort(rule, port) &&
      namesPeer(rule, peer)
    );
  });
}

function coversPort({ protocol, fromPort, toPort }: SecurityGroupRule, port: number): boolean {
  if (protocol === "-1" || protocol === "all") return true;
  const isTcp = protocol === "tcp" || protocol === "6";
  return isTcp && fromPort !== undefined && toPort !== undefined && fromPort <= port && port <= toPort;
}

function namesPeer({ peers }: SecurityGroupRule, party: NetworkParty): boolean {
  return peers.some((peer) => {
    if (peer.kind === "cidr") return peer.cidr === "0.0.0.0/0";
    if (peer.kind === "prefixList") {
      return party.kind === "prefixList" && peer.prefixListId === party.prefixListId;
    }
    return party.kind === "groups" && party.securityGroupIds.includes(peer.securityGroupId);
  });
}
