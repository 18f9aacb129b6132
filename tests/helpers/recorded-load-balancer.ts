import { type RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { loadBalancerArn, loadBalancerDns } from "./recorded-private-api.ts";
import { recordedResource } from "./recorded-resource.ts";

export const targetGroupArn = loadBalancerArn.replace("loadbalancer/app", "targetgroup");

/** The port of the tasks, as security groups see it. */
const CONTAINER_PORT = 8080;

/**
 * A link, a load balancer on port 80 and the groups `sg-link`, `sg-balancer` and `sg-task` that let each reach the next.
 * As short as AWS allows: health checks each 5 s.
 */
export function loadBalancerGraph(
  inputs: Readonly<Record<string, unknown>> = {},
  targetGroup: Readonly<Record<string, unknown>> = {},
): ResourceGraph {
  return new ResourceGraph([
    recordedResource("aws:apigatewayv2/vpcLink:VpcLink", "link", { securityGroupIds: ["sg-link"] }),
    loadBalancer(inputs, targetGroup),
    ...["sg-link", "sg-balancer", "sg-task"].map((id) =>
      recordedResource("aws:ec2/securityGroup:SecurityGroup", id, {}),
    ),
    ...hop("sg-link", "sg-balancer", 80),
    ...hop("sg-balancer", "sg-task", CONTAINER_PORT),
  ]);
}

/** A load balancer whose health checks are minutes apart: none is taken for the request of a test. */
export const seldomChecked = loadBalancerGraph(
  {},
  {
    healthCheck: { path: "/ready", interval: 300, timeout: 120, healthyThreshold: 2, unhealthyThreshold: 2 },
  },
);

function loadBalancer(
  inputs: Readonly<Record<string, unknown>>,
  targetGroup: Readonly<Record<string, unknown>>,
): RecordedResource {
  const defaultTargetGroup = {
    port: CONTAINER_PORT,
    protocol: "HTTP",
    targetType: "ip",
    healthCheck: { path: "/ready", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
    ...targetGroup,
  };
  return recordedResource(
    "awsx:lb:ApplicationLoadBalancer",
    "balancer",
    {
      internal: true,
      securityGroups: ["sg-balancer"],
      listener: { port: 80, protocol: "HTTP" },
      defaultTargetGroup,
      ...inputs,
    },
    {
      loadBalancer: { arn: loadBalancerArn, dnsName: loadBalancerDns },
      defaultTargetGroup: { ...defaultTargetGroup, arn: targetGroupArn, name: "group" },
    },
  );
}

/** The two rules by which one group reaches another, named `{from}-egress` and `{to}-ingress`. */
function hop(from: string, to: string, port: number): RecordedResource[] {
  const tcp = { ipProtocol: "tcp", fromPort: port, toPort: port };
  return [
    recordedResource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", `${from}-egress`, {
      securityGroupId: from,
      referencedSecurityGroupId: to,
      ...tcp,
    }),
    recordedResource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", `${to}-ingress`, {
      securityGroupId: to,
      referencedSecurityGroupId: from,
      ...tcp,
    }),
  ];
}
