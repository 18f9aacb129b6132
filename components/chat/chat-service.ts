import * as aws from "@pulumi/aws";
import { FargateService } from "@pulumi/awsx/ecs/index.js";
import type { input as awsxInput } from "@pulumi/awsx/types/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type ChatContainerArgs, chatContainer } from "./chat-container.ts";
import type { ChatTaskRoles } from "./chat-task-roles.ts";
import { replaceWithNetwork } from "./replace-with-network.ts";

/** Size of a task, and the initial number of tasks. */
export interface ChatTaskSize {
  /** Shape: CPU units, 1024 a processor; one of Fargate's sizes. */
  readonly cpu: number;
  /** Shape: one of the sizes Fargate offers with `cpu`. */
  readonly memoryMiB: number;
  /** Processor of the tasks and of their image. */
  readonly architecture: "arm64" | "x86_64";
  /** Tasks there are always. */
  readonly minTasks: number;
}

/** Arguments of the service. */
export interface ChatServiceArgs {
  /** Size of a task, and the initial number of tasks. */
  readonly size: ChatTaskSize;
  /** The one container of a task. */
  readonly container: ChatContainerArgs;
  /** Task role and execution role. */
  readonly roles: Pick<ChatTaskRoles, "taskRoleArn" | "executionRoleArn">;
  /** Private subnets of the tasks. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Security group of the tasks. */
  readonly securityGroupId: pulumi.Input<string>;
  /** For cluster, service, tasks and task definition. */
  readonly tags: Tags;
}

const cpuArchitectures = { arm64: "ARM64", x86_64: "X86_64" } as const;

/** Grace period of the load balancer's health checks after a task's start. */
const HEALTH_CHECK_GRACE_SECONDS = 60;

/** The Fargate service that runs the container in `app/`, in a cluster of its own. */
export class ChatService extends pulumi.ComponentResource {
  readonly clusterName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;

  constructor(name: string, args: ChatServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ChatService", name, {}, opts);
    const cluster = new aws.ecs.Cluster(name, { tags: args.tags }, { parent: this });
    const { service } = new FargateService(
      name,
      {
        cluster: cluster.arn,
        desiredCount: args.size.minTasks,
        networkConfiguration: {
          subnets: args.subnetIds,
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        availabilityZoneRebalancing: "ENABLED",
        taskDefinitionArgs: taskDefinition(args),
        healthCheckGracePeriodSeconds: HEALTH_CHECK_GRACE_SECONDS,
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        propagateTags: "SERVICE",
        tags: args.tags,
      },
      { parent: this, dependsOn: opts?.dependsOn ?? [], transforms: [keepScaledCount, replaceWithNetwork] },
    );
    this.clusterName = cluster.name;
    this.serviceName = service.name;
    this.registerOutputs();
  }
}

function taskDefinition(args: ChatServiceArgs): awsxInput.ecs.FargateServiceTaskDefinitionArgs {
  const { cpu, memoryMiB, architecture } = args.size;
  return {
    cpu: String(cpu),
    memory: String(memoryMiB),
    runtimePlatform: {
      operatingSystemFamily: "LINUX",
      cpuArchitecture: cpuArchitectures[architecture],
    },
    taskRole: { roleArn: args.roles.taskRoleArn },
    executionRole: { roleArn: args.roles.executionRoleArn },
    // The container names a group of its own, with a retention; awsx's would be kept for ever.
    logGroup: { skip: true },
    container: chatContainer(args.container),
    tags: args.tags,
  };
}

/**
 * Timeout of a change of the service: a task that is replaced may take the deregistration delay to end its streams,
 * and there is no steady state before.
 */
const STEADY_STATE_TIMEOUT = "40m";

/**
 * Sets what awsx's service has no argument for: the number of tasks is left to scaling once
 * the service is there, so that an `up` after a refresh does not set it back, and a replacement may take its time.
 * Source: https://www.pulumi.com/docs/iac/concepts/resources/options/transforms/
 */
export const keepScaledCount: pulumi.ResourceTransform = ({ type, props, opts }) => {
  if (type !== "aws:ecs/service:Service") return undefined;
  const timeouts = {
    create: STEADY_STATE_TIMEOUT,
    update: STEADY_STATE_TIMEOUT,
    delete: STEADY_STATE_TIMEOUT,
  };
  return {
    props,
    opts: pulumi.mergeOptions(opts, { ignoreChanges: ["desiredCount"], customTimeouts: timeouts }),
  };
};
