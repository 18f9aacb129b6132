import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import type { VpcEndpoint } from "../iam/caller.ts";
import type { SecurityGroups } from "../vpc/security-groups.ts";
import type { ServiceDefinition } from "./service-definition.ts";

/** The services a task may need, by the last part of their endpoint's name. */
export type EndpointService = "ecr.api" | "ecr.dkr" | "logs" | "bedrock-runtime" | "s3";

/** The way from a task to a service: through an endpoint of its VPC, some way nobody here can see, or none. */
export type EndpointRoute =
  | { readonly kind: "endpoint"; readonly endpoint: VpcEndpoint }
  | { readonly kind: "unseen" }
  | { readonly kind: "none"; readonly missing: string };

const HTTPS_PORT = 443;

/**
 * The ways out of a service's network. Isolated subnets have none but VPC endpoints. What a VPC that is not part of the
 * program has beyond the graph cannot be seen, and is taken to be enough.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
export class NetworkEndpoints {
  readonly #graph: ResourceGraph;
  readonly #securityGroups: SecurityGroups;
  readonly #region: string;
  readonly #service: ServiceDefinition;
  /** `undefined` when the task's security groups are not part of the program. */
  readonly #vpcId: unknown;

  constructor(
    {
      graph,
      securityGroups,
      region,
    }: { graph: ResourceGraph; securityGroups: SecurityGroups; region: string },
    service: ServiceDefinition,
  ) {
    this.#graph = graph;
    this.#securityGroups = securityGroups;
    this.#region = region;
    this.#service = service;
    this.#vpcId = graph
      .ofType("aws:ec2/securityGroup:SecurityGroup")
      .find(({ id }) => service.securityGroupIds.includes(id))?.inputs.vpcId;
  }

  /** The first endpoint through which the service is reached, or what stands in the way of the last. */
  route(service: EndpointService): EndpointRoute {
    const serviceName = `com.amazonaws.${this.#region}.${service}`;
    const endpoints = this.#graph
      .pointingAt("aws:ec2/vpcEndpoint:VpcEndpoint", "serviceName", serviceName)
      .filter(({ inputs }) => inputs.vpcId === this.#vpcId);
    const obstacles: string[] = [];
    for (const endpoint of endpoints) {
      const obstacle = this.#obstacle(endpoint);
      if (obstacle === undefined) return { kind: "endpoint", endpoint: passage(endpoint) };
      obstacles.push(obstacle);
    }
    if (obstacles[0] !== undefined) return { kind: "none", missing: obstacles[0] };
    if (this.#vpc === undefined) return { kind: "unseen" };
    return { kind: "none", missing: `the VPC ${this.#vpc.name} has no endpoint for ${serviceName}` };
  }

  /** The task's VPC, if the program makes it. */
  get #vpc(): RecordedResource | undefined {
    return [...this.#graph.ofType("awsx:ec2:Vpc"), ...this.#graph.ofType("aws:ec2/vpc:Vpc")].find(
      ({ id }) => id === this.#vpcId,
    );
  }

  #obstacle(endpoint: RecordedResource): string | undefined {
    const isInterface = endpoint.inputs.vpcEndpointType === "Interface";
    return isInterface ? this.#interfaceObstacle(endpoint) : this.#gatewayObstacle(endpoint);
  }

  #interfaceObstacle({ name, inputs }: RecordedResource): string | undefined {
    if (inputs.privateDnsEnabled !== true) return `the endpoint ${name} has no private DNS name`;
    const vpc = this.#vpc?.inputs;
    if (vpc !== undefined && (vpc.enableDnsHostnames !== true || vpc.enableDnsSupport === false)) {
      return `the endpoint ${name} has a private DNS name, but its VPC has DNS hostnames or DNS support off`;
    }
    if (list(inputs.subnetIds).length === 0) return `the endpoint ${name} is in no subnet`;
    return this.#securityGroups.refusal(
      this.#task,
      { kind: "groups", securityGroupIds: list(inputs.securityGroupIds) },
      HTTPS_PORT,
    );
  }

  #gatewayObstacle({ name, inputs, outputs }: RecordedResource): string | undefined {
    const routeTableIds = list(inputs.routeTableIds);
    const associations = (this.#vpc?.outputs.routeTableAssociations ?? []) as readonly {
      readonly subnetId: string;
      readonly routeTableId: string;
    }[];
    const unrouted = associations.find(
      ({ subnetId, routeTableId }) =>
        this.#service.subnetIds.includes(subnetId) && !routeTableIds.includes(routeTableId),
    );
    if (unrouted !== undefined) {
      return `the route table ${unrouted.routeTableId} of the subnet ${unrouted.subnetId} does not lead to the endpoint ${name}`;
    }
    if (routeTableIds.length === 0) return `no route table leads to the endpoint ${name}`;
    return this.#securityGroups.refusal(
      this.#task,
      { kind: "prefixList", prefixListId: String(outputs.prefixListId) },
      HTTPS_PORT,
    );
  }

  get #task(): { readonly kind: "groups"; readonly securityGroupIds: readonly string[] } {
    return { kind: "groups", securityGroupIds: this.#service.securityGroupIds };
  }
}

/** An endpoint without a policy lets every request through. */
function passage({ id, name, inputs }: RecordedResource): VpcEndpoint {
  return {
    id,
    policy:
      inputs.policy === undefined
        ? undefined
        : { origin: `the policy of the endpoint ${name}`, document: inputs.policy },
  };
}

function list(value: unknown): readonly string[] {
  return Array.isArray(value) ? (value as string[]) : [];
}
