import { GraphError } from "../graph/graph-error.ts";
import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { type ContainerDefinition, readContainer } from "./container-definition.ts";

/** A Fargate service as the program recorded it, with awsx's and AWS's defaults for what it left out. */
export interface ServiceDefinition {
  readonly resource: RecordedResource;
  readonly name: string;
  readonly clusterArn: string;
  readonly desiredCount: number;
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Minimum and maximum healthy percent of a deployment. Unit: percent of the desired count. */
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  /** Grace period after a task's start in which failing health checks are ignored. */
  readonly healthCheckGraceSeconds: number;
  readonly task: TaskDefinition;
}

/** Task definition of a service. */
export interface TaskDefinition {
  readonly arn: string;
  /** Task role, which signs the container's own requests. */
  readonly taskRoleArn: string;
  /** Execution role, with which Fargate pulls the image and writes the log. */
  readonly executionRoleArn: string;
  /** Fargate's word for the processor: `ARM64` or `X86_64`. */
  readonly cpuArchitecture: string;
  readonly container: ContainerDefinition;
}

/**
 * @throws GraphError for what AWS would refuse, and for what is not simulated: task definitions of their own, roles that
 * awsx makes, and more than one container.
 */
export function readServices(graph: ResourceGraph): ServiceDefinition[] {
  return graph.ofType("awsx:ecs:FargateService").map(readService);
}

function readService(resource: RecordedResource): ServiceDefinition {
  const { inputs, outputs } = resource;
  const { name, cluster } = outputs.service as { readonly name: string; readonly cluster: string };
  const network = inputs.networkConfiguration as
    | { readonly subnets?: string[]; readonly securityGroups?: string[]; readonly assignPublicIp?: boolean }
    | undefined;
  if (network?.subnets === undefined || network.securityGroups === undefined) {
    throw new GraphError(
      resource,
      "networkConfiguration has to name subnets and securityGroups; awsx would otherwise take the default VPC and open the service to everyone",
    );
  }
  const minimumHealthyPercent = Number(inputs.deploymentMinimumHealthyPercent ?? 100);
  const maximumPercent = Number(inputs.deploymentMaximumPercent ?? 200);
  if (minimumHealthyPercent >= 100 && maximumPercent <= 100) {
    throw new GraphError(
      resource,
      `with deploymentMinimumHealthyPercent ${minimumHealthyPercent} and deploymentMaximumPercent ${maximumPercent} a deployment could neither stop nor start a task`,
    );
  }
  return {
    resource,
    name,
    clusterArn: cluster,
    desiredCount: Number(inputs.desiredCount ?? 1),
    subnetIds: network.subnets,
    securityGroupIds: network.securityGroups,
    minimumHealthyPercent,
    maximumPercent,
    healthCheckGraceSeconds: Number(inputs.healthCheckGracePeriodSeconds ?? 0),
    task: readTask(resource),
  };
}

interface TaskDefinitionArgs {
  readonly container?: Readonly<Record<string, unknown>>;
  readonly containers?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly taskRole?: { readonly roleArn?: string };
  readonly executionRole?: { readonly roleArn?: string };
  readonly logGroup?: unknown;
  readonly runtimePlatform?: { readonly cpuArchitecture?: string };
}

function readTask(resource: RecordedResource): TaskDefinition {
  const args = resource.inputs.taskDefinitionArgs as TaskDefinitionArgs | undefined;
  if (args === undefined)
    throw new GraphError(resource, "only taskDefinitionArgs are simulated, not a taskDefinition");
  const containers = args.container === undefined ? Object.values(args.containers ?? {}) : [args.container];
  const [container] = containers;
  if (container === undefined || containers.length > 1) {
    throw new GraphError(resource, `a task of ${containers.length} containers is not simulated, but of one`);
  }
  const roleArn = (role: "taskRole" | "executionRole"): string => {
    const arn = args[role]?.roleArn;
    if (arn === undefined) {
      throw new GraphError(resource, `${role} has no roleArn; the roles awsx makes are not simulated`);
    }
    return arn;
  };
  return {
    arn: (resource.outputs.taskDefinition as { readonly arn: string }).arn,
    taskRoleArn: roleArn("taskRole"),
    executionRoleArn: roleArn("executionRole"),
    cpuArchitecture: args.runtimePlatform?.cpuArchitecture ?? "X86_64",
    container: readContainer(resource, container, args.logGroup),
  };
}
