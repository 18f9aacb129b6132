import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lookUp } from "../look-up.ts";
import type { Tags } from "../tags.ts";
import { s3PrefixListId } from "./private-network.ts";

/** The hops, as far as packets know them. */
export interface ChatSecurityGroupsArgs {
  /** The network they are in. */
  readonly vpcId: pulumi.Input<string>;
  /** Port of the load balancer's listener. */
  readonly listenerPort: pulumi.Input<number>;
  /** Port of the container. */
  readonly containerPort: number;
  /** Whether the endpoints are made here; else the tasks may reach those of the VPC, wherever in its first block they are. */
  readonly createEndpoints: boolean;
  /** For every group and every rule. */
  readonly tags: Tags;
}

const HTTPS_PORT = 443;

/** Peer of a rule. */
type Peer =
  | { readonly referencedSecurityGroupId: pulumi.Input<string> }
  | { readonly prefixListId: pulumi.Input<string> }
  | { readonly cidrIpv4: pulumi.Input<string> };

/**
 * The chain of security groups: link to load balancer, load balancer to tasks, tasks to endpoints and S3. Each hop has a rule
 * at both its ends, and there is no other rule: the provider takes AWS's own "all traffic out" away from a new group.
 * Rules are resources of their own, because groups that name each other could not be made in any order.
 *
 * Nothing is said of DNS and of the tasks' credentials: security groups do not apply to AWS's own addresses for those.
 * Source: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export class ChatSecurityGroups extends pulumi.ComponentResource {
  readonly linkId: pulumi.Output<string>;
  readonly loadBalancerId: pulumi.Output<string>;
  readonly taskId: pulumi.Output<string>;
  /** `undefined` unless the endpoints are made here. */
  readonly endpointId: pulumi.Output<string> | undefined;
  readonly #name: string;
  readonly #args: ChatSecurityGroupsArgs;

  constructor(name: string, args: ChatSecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ChatSecurityGroups", name, {}, opts);
    this.#name = name;
    this.#args = args;
    const { vpcId, listenerPort, containerPort, createEndpoints } = args;

    this.linkId = this.#addGroup("link", "The VPC link of API Gateway");
    this.loadBalancerId = this.#addGroup("load-balancer", "The load balancer of the chat service");
    this.taskId = this.#addGroup("task", "The tasks of the chat service");
    this.#addHop("link", this.linkId, "load-balancer", this.loadBalancerId, listenerPort);
    this.#addHop("load-balancer", this.loadBalancerId, "task", this.taskId, containerPort);
    this.#addEgress("task", this.taskId, "s3", HTTPS_PORT, {
      prefixListId: s3PrefixListId({ parent: this }),
    });
    if (createEndpoints) {
      this.endpointId = this.#addGroup("endpoint", "The VPC endpoints of the chat service");
      this.#addHop("task", this.taskId, "endpoint", this.endpointId, HTTPS_PORT);
    } else {
      const cidrIpv4 = pulumi.output(vpcId).apply((id) => this.#cidrBlock(id));
      // Under a name of its own: EC2 does not change what kind of peer a rule has.
      this.#addEgress("task", this.taskId, "vpc", HTTPS_PORT, { cidrIpv4 });
    }
    this.registerOutputs();
  }

  async #cidrBlock(vpcId: string): Promise<string> {
    const what = `the VPC "${vpcId}"`;
    const remedy = "name one of this Region; the AWS credentials need ec2:DescribeVpcs";
    const answer = aws.ec2.getVpc({ id: vpcId }, { parent: this });
    return (await lookUp({ what, remedy }, answer)).cidrBlock;
  }

  /** A rule for another port is made before the old one goes, so that what runs is reached all the time. */
  get #ruleOptions(): pulumi.CustomResourceOptions {
    return { parent: this, replaceOnChanges: ["fromPort", "toPort"] };
  }

  /** @param description EC2 takes no apostrophe in it, among others. */
  #addGroup(suffix: string, description: string): pulumi.Output<string> {
    const { vpcId, tags } = this.#args;
    const group = new aws.ec2.SecurityGroup(
      `${this.#name}-${suffix}`,
      { vpcId, description, tags },
      { parent: this },
    );
    return group.id;
  }

  /** One hop: out of the one group, and into the other. */
  #addHop(
    from: string,
    fromId: pulumi.Output<string>,
    to: string,
    toId: pulumi.Output<string>,
    port: pulumi.Input<number>,
  ): void {
    this.#addEgress(from, fromId, to, port, { referencedSecurityGroupId: toId });
    new aws.vpc.SecurityGroupIngressRule(
      `${this.#name}-${to}-from-${from}`,
      {
        securityGroupId: toId,
        referencedSecurityGroupId: fromId,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: pulumi.interpolate`TCP ${port} from ${from} to ${to}`,
        tags: this.#args.tags,
      },
      this.#ruleOptions,
    );
  }

  #addEgress(
    from: string,
    securityGroupId: pulumi.Output<string>,
    to: string,
    port: pulumi.Input<number>,
    peer: Peer,
  ): void {
    new aws.vpc.SecurityGroupEgressRule(
      `${this.#name}-${from}-to-${to}`,
      {
        securityGroupId,
        description: pulumi.interpolate`TCP ${port} from ${from} to ${to}`,
        ...peer,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        tags: this.#args.tags,
      },
      this.#ruleOptions,
    );
  }
}
