import { physicalName } from "./automatic-names.ts";
import { availabilityZones } from "./availability-zones.ts";
import {
  type CreatedResource,
  type NewResource,
  type SimulatedAccount,
  type Simulation,
  type Simulations,
  hexDigits,
  regionalArn,
  shortId,
} from "./simulation.ts";

/** VPCs and what is in them, and the links that lead there. */
export function simulatedNetwork(account: SimulatedAccount): Simulations {
  const ec2 = (kind: string, prefix: string): Simulation => {
    return (resource) => withArn(account, kind, ec2Id(prefix, resource.urn));
  };
  return {
    "awsx:ec2:Vpc": (resource) => awsxVpc(account, resource),
    "aws:apigatewayv2/vpcLink:VpcLink": (resource) => {
      const id = shortId(resource, 6);
      const name = physicalName("aws:apigatewayv2/vpcLink:VpcLink", resource);
      return { id, computed: { name, arn: `arn:aws:apigateway:${account.region}::/vpclinks/${id}` } };
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2("security-group", "sg"),
    "aws:ec2/internetGateway:InternetGateway": ec2("internet-gateway", "igw"),
    "aws:ec2/routeTable:RouteTable": ec2("route-table", "rtb"),
    "aws:ec2/securityGroup:SecurityGroup": (resource) => {
      const name = physicalName("aws:ec2/securityGroup:SecurityGroup", resource);
      const { id, computed } = withArn(account, "security-group", ec2Id("sg", resource.urn));
      return { id, computed: { ...computed, name } };
    },
    "aws:ec2/securityGroupRule:SecurityGroupRule": ec2("security-group-rule", "sgrule"),
    "aws:ec2/subnet:Subnet": ec2("subnet", "subnet"),
    "aws:ec2/vpc:Vpc": ec2("vpc", "vpc"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (resource) => vpcEndpoint(account, resource),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": ec2("association", "a"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule(account),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule(account),
  };
}

/** The prefix list of a service's addresses in one Region. */
export function prefixListId(region: string, service: "s3"): string {
  return `pl-${hexDigits(`${region}/${service}`, 8)}`;
}

function ec2Id(prefix: string, thing: string): string {
  return `${prefix}-${hexDigits(thing, 17)}`;
}

function withArn(account: SimulatedAccount, kind: string, id: string): CreatedResource {
  return { id, computed: { arn: regionalArn(account, "ec2", `${kind}/${id}`) } };
}

function securityGroupRule(account: SimulatedAccount): Simulation {
  return ({ urn }) => {
    const { id, computed } = withArn(account, "security-group-rule", ec2Id("sgr", urn));
    return { id, computed: { ...computed, securityGroupRuleId: id } };
  };
}

function vpcEndpoint(account: SimulatedAccount, { urn, inputs }: NewResource): CreatedResource {
  const { id, computed } = withArn(account, "vpc-endpoint", ec2Id("vpce", urn));
  const isGateway = (inputs.vpcEndpointType ?? "Gateway") === "Gateway";
  const isS3 = inputs.serviceName === `com.amazonaws.${account.region}.s3`;
  return {
    id,
    computed: {
      ...computed,
      state: "available",
      ...(isGateway && isS3 && { prefixListId: prefixListId(account.region, "s3") }),
    },
  };
}

interface SubnetSpec {
  readonly type: "Public" | "Private" | "Isolated" | "Unused";
}

/**
 * One subnet of each kind a zone, each with a route table of its own, as awsx makes them; the address ranges are not
 * awsx's.
 * Source: https://www.pulumi.com/registry/packages/awsx/api-docs/ec2/vpc/
 */
function awsxVpc(account: SimulatedAccount, { urn, inputs }: NewResource): CreatedResource {
  const vpcId = ec2Id("vpc", urn);
  const specs = (inputs.subnetSpecs ?? [{ type: "Public" }, { type: "Private" }]) as readonly SubnetSpec[];
  const cidrBlock = typeof inputs.cidrBlock === "string" ? inputs.cidrBlock : "10.0.0.0/16";
  const zones = vpcZones(account.region, inputs);
  const placed = zones
    .flatMap((zone) => specs.filter(({ type }) => type !== "Unused").map(({ type }) => ({ zone, type })))
    .map(({ zone, type }, index) => {
      const place = { vpcId, zone, cidrBlock: rangeOf(cidrBlock, index) };
      return { type, subnet: subnet(account, `${urn}/${type}/${zone.name}/${index}`, place) };
    });
  const ofType = (wanted: SubnetSpec["type"]) =>
    placed.filter(({ type }) => type === wanted).map(({ subnet }) => subnet);
  const all = placed.map(({ subnet }) => subnet);
  const ids = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
  const routeTables = all.map(({ id }) => ({ id: ec2Id("rtb", id), vpcId, subnetId: id }));
  return {
    id: vpcId,
    computed: {
      vpcId,
      vpc: { id: vpcId, cidrBlock, arn: regionalArn(account, "ec2", `vpc/${vpcId}`) },
      subnets: all,
      publicSubnets: ofType("Public"),
      publicSubnetIds: ids(ofType("Public")),
      privateSubnets: ofType("Private"),
      privateSubnetIds: ids(ofType("Private")),
      isolatedSubnets: ofType("Isolated"),
      isolatedSubnetIds: ids(ofType("Isolated")),
      routeTables: routeTables.map(({ id }) => ({ id, vpcId })),
      routeTableAssociations: routeTables.map(({ id, subnetId }) => ({
        id: ec2Id("rtbassoc", id),
        routeTableId: id,
        subnetId,
      })),
      internetGateway: { id: ec2Id("igw", urn), vpcId },
      routes: [],
      natGateways: [],
      eips: [],
      vpcEndpoints: [],
      subnetLayout: specs,
    },
  };
}

function vpcZones(region: string, inputs: NewResource["inputs"]) {
  const zones = availabilityZones(region);
  const { availabilityZoneNames: names } = inputs as { availabilityZoneNames?: readonly string[] };
  if (names === undefined) return zones.slice(0, Number(inputs.numberOfAvailabilityZones ?? 3));
  return names.map((name) => {
    const zone = zones.find((each) => each.name === name);
    if (zone === undefined) throw new Error(`${region} has no availability zone ${name}`);
    return zone;
  });
}

function subnet(
  account: SimulatedAccount,
  urn: string,
  place: { readonly vpcId: string; readonly zone: { name: string; id: string }; readonly cidrBlock: string },
) {
  const id = ec2Id("subnet", urn);
  return {
    id,
    arn: regionalArn(account, "ec2", `subnet/${id}`),
    vpcId: place.vpcId,
    cidrBlock: place.cidrBlock,
    availabilityZone: place.zone.name,
    availabilityZoneId: place.zone.id,
  };
}

/** The next sixteenth of a block. */
function rangeOf(cidrBlock: string, index: number): string {
  const [address = "", prefix = ""] = cidrBlock.split("/");
  const mask = Number(prefix) + 4;
  const first =
    address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) + index * 2 ** (32 - mask);
  return `${[24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256).join(".")}/${mask}`;
}
