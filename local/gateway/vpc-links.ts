import type { LoadBalancer, LoopbackAddress } from "../elb/load-balancer.ts";
import { Properties } from "../graph/properties.ts";
import type { ResourceGraph } from "../graph/resource-graph.ts";
import type { SecurityGroups } from "../vpc/security-groups.ts";
import { type PrivateHop, VpcLinkError, type VpcLinkService } from "./vpc-link-service.ts";

/**
 * The VPC links of a graph. TLS is not spoken here; whether it would be, and whether the certificate could be right, is
 * judged by what is recorded.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/private-integration.html
 */
export function openVpcLinks(
  graph: ResourceGraph,
  securityGroups: SecurityGroups,
  loadBalancers: readonly LoadBalancer[],
): VpcLinkService {
  return {
    connect(hop) {
      const loadBalancer = loadBalancers.find(({ definition }) => definition.arn === hop.loadBalancerArn);
      if (loadBalancer === undefined) {
        throw new VpcLinkError("configuration", `${hop.loadBalancerArn} is no load balancer of the program`);
      }
      checkSecurityGroups(graph, securityGroups, hop, loadBalancer);
      const address = addressOf(loadBalancer, hop);
      checkTransport(hop, loadBalancer);
      return address;
    },
  };
}

function checkSecurityGroups(
  graph: ResourceGraph,
  securityGroups: SecurityGroups,
  { vpcLinkId, endpoint }: PrivateHop,
  { definition }: LoadBalancer,
): void {
  const link = graph.ofType("aws:apigatewayv2/vpcLink:VpcLink").find(({ id }) => id === vpcLinkId);
  const linkGroups = link === undefined ? [] : Properties.inputs(link).strings("securityGroupIds");
  const refusal = securityGroups.refusal(
    { kind: "groups", securityGroupIds: linkGroups },
    { kind: "groups", securityGroupIds: definition.securityGroupIds },
    endpoint.port,
  );
  if (refusal !== undefined) {
    throw new VpcLinkError("blocked", `the VPC link cannot reach ${definition.name}: ${refusal}`);
  }
}

function addressOf(loadBalancer: LoadBalancer, { endpoint }: PrivateHop): LoopbackAddress {
  const address = loadBalancer.addressOf(endpoint.port);
  if (address !== undefined) return address;
  const ports = loadBalancer.definition.listeners.map(({ port }) => port).join(", ");
  throw new VpcLinkError(
    "blocked",
    `${loadBalancer.definition.name} has no listener on port ${endpoint.port}, only on ${ports}`,
  );
}

function checkTransport({ endpoint, verifiesCertificate }: PrivateHop, { definition }: LoadBalancer): void {
  const { scheme, host, port } = endpoint;
  const protocol = definition.listeners.find((listener) => listener.port === port)?.protocol.toLowerCase();
  if (protocol !== scheme) {
    throw new VpcLinkError(
      "configuration",
      `the uri says ${scheme}, and the listener on port ${port} of ${definition.name} speaks ${protocol}`,
    );
  }
  if (scheme === "https" && verifiesCertificate && host === definition.dnsName) {
    throw new VpcLinkError(
      "configuration",
      `no certificate can name ${host}; the uri has to have the certificate's name`,
    );
  }
}
