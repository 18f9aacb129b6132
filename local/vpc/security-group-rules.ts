import { Properties } from "../graph/properties.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";

/** One rule of a security group. */
export interface SecurityGroupRule {
  readonly securityGroupId: string;
  readonly direction: RuleDirection;
  /** A name or number of IANA's. `-1`: every protocol, and every port. */
  readonly protocol: string;
  readonly fromPort: number | undefined;
  readonly toPort: number | undefined;
  /** Peer of the rule. */
  readonly peers: readonly RulePeer[];
}

export type RuleDirection = "ingress" | "egress";

export type RulePeer =
  | { readonly kind: "group"; readonly securityGroupId: string }
  | { readonly kind: "cidr"; readonly cidr: string }
  | { readonly kind: "prefixList"; readonly prefixListId: string };

const directions = ["ingress", "egress"] as const;

/**
 * Every rule of the graph: those inside a security group, and those that are resources of their own.
 *
 * @throws GraphError for a rule without group, protocol or, in the older form, direction.
 */
export function readSecurityGroupRules(graph: ResourceGraph): SecurityGroupRule[] {
  return [
    ...graph.ofType("aws:ec2/securityGroup:SecurityGroup").flatMap(readInlineRules),
    ...directions.flatMap((direction) => {
      return graph.ofType(ruleTypes[direction]).map((rule) => readRule(rule, direction));
    }),
    ...graph.ofType("aws:ec2/securityGroupRule:SecurityGroupRule").map(readOlderRule),
  ];
}

const ruleTypes = {
  ingress: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  egress: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
};

function readInlineRules(group: RecordedResource): SecurityGroupRule[] {
  return directions.flatMap((direction) => {
    return Properties.inputs(group)
      .nestedList(direction)
      .map((rule) => ({
        securityGroupId: group.id,
        direction,
        ...readPorts(rule, "protocol"),
        peers: peersOf({
          groups: [...rule.strings("securityGroups"), ...selfOf(rule, group.id)],
          cidrs: rule.strings("cidrBlocks"),
          prefixLists: rule.strings("prefixListIds"),
        }),
      }));
  });
}

function readRule(resource: RecordedResource, direction: RuleDirection): SecurityGroupRule {
  const rule = Properties.inputs(resource);
  return {
    securityGroupId: rule.requiredString("securityGroupId"),
    direction,
    ...readPorts(rule, "ipProtocol"),
    peers: peersOf({
      groups: listOf(rule.string("referencedSecurityGroupId")),
      cidrs: listOf(rule.string("cidrIpv4")),
      prefixLists: listOf(rule.string("prefixListId")),
    }),
  };
}

function readOlderRule(resource: RecordedResource): SecurityGroupRule {
  const rule = Properties.inputs(resource);
  const securityGroupId = rule.requiredString("securityGroupId");
  return {
    securityGroupId,
    direction: rule.requiredString("type") === "ingress" ? "ingress" : "egress",
    ...readPorts(rule, "protocol"),
    peers: peersOf({
      groups: [...listOf(rule.string("sourceSecurityGroupId")), ...selfOf(rule, securityGroupId)],
      cidrs: rule.strings("cidrBlocks"),
      prefixLists: rule.strings("prefixListIds"),
    }),
  };
}

function readPorts(
  rule: Properties,
  protocolName: "protocol" | "ipProtocol",
): Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort"> {
  return {
    protocol: rule.requiredString(protocolName),
    fromPort: rule.number("fromPort"),
    toPort: rule.number("toPort"),
  };
}

function peersOf(given: {
  readonly groups: readonly string[];
  readonly cidrs: readonly string[];
  readonly prefixLists: readonly string[];
}): RulePeer[] {
  return [
    ...given.groups.map((securityGroupId): RulePeer => ({ kind: "group", securityGroupId })),
    ...given.cidrs.map((cidr): RulePeer => ({ kind: "cidr", cidr })),
    ...given.prefixLists.map((prefixListId): RulePeer => ({ kind: "prefixList", prefixListId })),
  ];
}

function listOf(value: string | undefined): string[] {
  return value === undefined ? [] : [value];
}

function selfOf(rule: Properties, securityGroupId: string): string[] {
  return rule.boolean("self") === true ? [securityGroupId] : [];
}
