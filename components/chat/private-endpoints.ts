import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { endpointPolicy } from "../policy-statements.ts";
import { regionOf } from "../look-up.ts";
import type { Tags } from "../tags.ts";
import type { ChatStatements } from "./chat-statements.ts";
import type { PrivateNetwork } from "./private-network.ts";

/** Subnets, security group and policies of the endpoints. */
export interface PrivateEndpointsArgs {
  /** The network that gets them. */
  readonly network: PrivateNetwork;
  /** Security group of the endpoint interfaces. Must allow port 443 in. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Policy statements of each endpoint. ECR's two share one policy, as ECR's documentation advises. */
  readonly statements: Pick<ChatStatements, "image" | "logs" | "model" | "objects" | "layers">;
  /** For every endpoint. */
  readonly tags: Tags;
}

/** The requests that pass the interface of each service. */
const passing = {
  "ecr.api": "image",
  "ecr.dkr": "image",
  logs: "logs",
  "bedrock-runtime": "model",
} as const;

/** The services that have an interface in each of the network's zones. */
export const interfaceServices = Object.keys(passing) as (keyof typeof passing)[];

/**
 * The only ways out of the network: to ECR, CloudWatch Logs, Bedrock and S3, each for what the service needs there. Fargate
 * itself needs none, except in Regions opened after 23 December 2023, which are not among those known to have VPC links.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
export class PrivateEndpoints extends pulumi.ComponentResource {
  readonly #name: string;
  readonly #args: PrivateEndpointsArgs;

  constructor(name: string, args: PrivateEndpointsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:PrivateEndpoints", name, {}, opts);
    this.#name = name;
    this.#args = args;
    for (const service of interfaceServices) {
      this.#addInterface(service, args.statements[passing[service]]);
    }
    this.#addS3Gateway();
    this.registerOutputs();
  }

  #addInterface(service: string, statements: ChatStatements["image"]): void {
    const { network, securityGroupId, tags } = this.#args;
    new aws.ec2.VpcEndpoint(
      `${this.#name}-${service}`,
      {
        vpcId: network.vpcId,
        serviceName: this.#serviceName(service),
        vpcEndpointType: "Interface",
        subnetIds: network.subnetIds,
        securityGroupIds: [securityGroupId],
        privateDnsEnabled: true,
        policy: this.#policy({ statements }),
        tags,
      },
      { parent: this },
    );
  }

  #addS3Gateway(): void {
    const { network, statements, tags } = this.#args;
    new aws.ec2.VpcEndpoint(
      `${this.#name}-s3`,
      {
        vpcId: network.vpcId,
        serviceName: this.#serviceName("s3"),
        vpcEndpointType: "Gateway",
        routeTableIds: network.routeTableIds,
        policy: this.#policy({ statements: statements.objects, signedByAws: statements.layers }),
        tags,
      },
      { parent: this },
    );
  }

  #policy(source: {
    readonly statements: ChatStatements["image"];
    readonly signedByAws?: ChatStatements["layers"];
  }): pulumi.Output<string> {
    const { accountId } = aws.getCallerIdentityOutput({}, { parent: this });
    return pulumi.output({ ...source, accountId }).apply(endpointPolicy);
  }

  #serviceName(service: string): pulumi.Output<string> {
    return pulumi.interpolate`com.amazonaws.${regionOf({ parent: this })}.${service}`;
  }
}
