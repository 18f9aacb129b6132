import * as aws from "@pulumi/aws";
// The package's root would bring in its classic half too, and with it type declarations that clash with the functions'.
import { Vpc } from "@pulumi/awsx/ec2/index.js";
import * as pulumi from "@pulumi/pulumi";
import { lookUp, regionOf } from "../look-up.ts";
import { defaultVpcCidr, zoneCidrMask } from "./vpc-cidr.ts";
import type { Tags } from "../tags.ts";

/** Network of the service: one of its own, or an existing one. */
export type NetworkArgs = NewNetwork | ExistingNetwork;

/** A network made for the service: isolated subnets, nothing else in it. */
export interface NewNetwork {
  /**
   * One subnet is made in each.
   *
   * Shape: names of two zones or more that can have a VPC link, as `vpcLinkZones()` finds them. Plain values, not Outputs:
   * awsx lays subnets out before any resource exists. Another zone in the first two places is another network: everything in
   * it is made anew beside the old one, and the API keeps its URL. Behind these a zone can be added and removed at the end;
   * any other change there takes two updates, as the subnets that go have the addresses of those that come.
   * Errors: fewer than two, or one twice; thrown by the constructor before anything is registered.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
   */
  readonly availabilityZones: readonly string[];

  /**
   * The network's addresses. A plain value, as awsx lays subnets out before any resource exists. Not to be changed: another one
   * is another network.
   *
   * Shape: a private IPv4 block from /16 to /22; each zone gets a sixteenth. Default: `10.0.0.0/16`.
   * Errors: any other; fewer addresses than `maxTasks` may need; thrown by the constructor before anything is registered.
   * Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
   */
  readonly cidrBlock?: string;
}

/** A network that is not part of this program. */
export interface ExistingNetwork {
  /** The VPC, with DNS support and DNS hostnames on: the endpoints are found by AWS's own host names. */
  readonly vpcId: pulumi.Input<string>;
  /**
   * Subnets of link, load balancer, tasks and endpoints.
   *
   * Shape: two subnets or more, in different zones that can have a VPC link.
   * Errors: fewer than two; thrown by the constructor before anything is registered.
   */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /**
   * The subnets' route tables, into which the way to S3 is put.
   *
   * Errors: none with `createEndpoints`; thrown by the constructor before anything is registered.
   */
  readonly routeTableIds: readonly pulumi.Input<string>[];
  /**
   * Whether endpoints for ECR, CloudWatch Logs, Bedrock and S3 are made here. `false` where the VPC has them (a VPC can
   * have one private name a service): theirs must then be in the VPC's first address block, let port 443 in from the VPC,
   * and have policies that allow what the tasks do.
   */
  readonly createEndpoints: boolean;
}

/** Arguments of a network. */
export interface PrivateNetworkArgs {
  /** A new network or an existing one. */
  readonly network: NetworkArgs;
  /** For everything in a network made here. */
  readonly tags: Tags;
}

/**
 * The network of the service. A new one has isolated subnets alone: no NAT gateway, and no route of theirs leads to the
 * internet gateway that awsx makes with every VPC. What answers there still is the VPC's own resolver, for names anywhere.
 */
export class PrivateNetwork extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly subnetIds: pulumi.Output<string[]>;
  readonly routeTableIds: pulumi.Output<string[]>;
  /** Whether the ways to AWS's services have to be made: a new network has none. */
  readonly createEndpoints: boolean;

  constructor(name: string, args: PrivateNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:PrivateNetwork", name, {}, opts);
    const { network, tags } = args;
    this.createEndpoints = !("vpcId" in network) || network.createEndpoints;
    if ("vpcId" in network) {
      this.vpcId = pulumi.output(network.vpcId);
      this.subnetIds = pulumi.output([...network.subnetIds]);
      this.routeTableIds = pulumi.output([...network.routeTableIds]);
    } else {
      const cidrBlock = network.cidrBlock ?? defaultVpcCidr;
      const vpc = new Vpc(
        `${name}-${network.availabilityZones.slice(0, 2).map(zoneSuffix).join("-")}`,
        {
          cidrBlock,
          availabilityZoneNames: [...network.availabilityZones],
          availabilityZoneCidrMask: zoneCidrMask(cidrBlock),
          subnetStrategy: "Auto",
          subnetSpecs: [{ type: "Isolated" }],
          natGateways: { strategy: "None" },
          // Endpoints answer to AWS's own host names only where both are on.
          enableDnsSupport: true,
          enableDnsHostnames: true,
          tags,
        },
        { parent: this },
      );
      // AWS makes one with every VPC, for whatever names no group, and lets its members reach each other and everywhere.
      // Without rules here it has none.
      new aws.ec2.DefaultSecurityGroup(name, { vpcId: vpc.vpcId, tags }, { parent: this });
      this.vpcId = vpc.vpcId;
      this.subnetIds = vpc.isolatedSubnetIds;
      this.routeTableIds = vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id)));
    }
    this.registerOutputs();
  }
}

/** Format: `1a` for eu-west-1a. */
function zoneSuffix(zone: string): string {
  return zone.split("-").at(-1) ?? zone;
}

/** The addresses of S3 in the Region, as security groups name them. */
export function s3PrefixListId(options: pulumi.InvokeOptions): pulumi.Output<string> {
  const what = "the prefix list of S3";
  const remedy =
    "the AWS credentials need ec2:DescribeManagedPrefixLists and ec2:GetManagedPrefixListEntries";
  return regionOf(options).apply((region) => {
    const name = `com.amazonaws.${region}.s3`;
    return lookUp({ what, remedy }, aws.ec2.getManagedPrefixList({ name }, options)).then(({ id }) => id);
  });
}
