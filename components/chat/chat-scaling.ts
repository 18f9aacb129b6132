import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { chatMetrics } from "../../contract/chat-metrics.ts";
import { chatServiceTimes } from "../../contract/chat-service-times.ts";
import type { Tags } from "../tags.ts";

/** Between what bounds, and by what, the number of tasks follows the load. */
export interface ChatScalingArgs {
  /** Name of the ECS cluster. */
  readonly clusterName: pulumi.Input<string>;
  /** Name of the ECS service. */
  readonly serviceName: pulumi.Input<string>;
  /** Value of the metrics' dimension. */
  readonly metricService: string;
  /** Tasks there are always. */
  readonly minTasks: number;
  /** Most tasks, which bounds the bill. */
  readonly maxTasks: number;
  /** Streams a task takes before it refuses more. */
  readonly streamsPerTask: number;
  /** For the scalable target. */
  readonly tags: Tags;
}

/** The share of its streams a task is meant to have open: what is left over has to last until another has started. */
const STREAMS_TARGET_SHARE = 0.65;

const CPU_TARGET_PERCENT = 60;

const SCALE_OUT_COOLDOWN_SECONDS = 60;

/** Not sooner than the streams of the task before can be over. */
const SCALE_IN_COOLDOWN_SECONDS = chatServiceTimes.deregistrationDelaySeconds;

/** Scaling on open streams, which a waiting model does not show in CPU; and on CPU, which small tokens can fill first. */
export class ChatScaling extends pulumi.ComponentResource {
  readonly #name: string;
  readonly #target: aws.appautoscaling.Target;

  constructor(name: string, args: ChatScalingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("streamgate:parts:ChatScaling", name, {}, opts);
    this.#name = name;
    this.#target = new aws.appautoscaling.Target(
      name,
      {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
        minCapacity: args.minTasks,
        maxCapacity: args.maxTasks,
        tags: args.tags,
      },
      { parent: this },
    );
    this.#addPolicy("streams", {
      targetValue: Math.max(1, Math.floor(args.streamsPerTask * STREAMS_TARGET_SHARE)),
      customizedMetricSpecification: {
        namespace: chatMetrics.namespace,
        metricName: chatMetrics.names.concurrentStreams,
        dimensions: [{ name: chatMetrics.dimension, value: args.metricService }],
        // Of all tasks, which publish under one dimension: the streams of a task.
        statistic: "Average",
      },
    });
    this.#addPolicy("cpu", {
      targetValue: CPU_TARGET_PERCENT,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    });
    this.registerOutputs();
  }

  #addPolicy(
    suffix: string,
    configuration: aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
  ): void {
    const { serviceNamespace, scalableDimension, resourceId } = this.#target;
    new aws.appautoscaling.Policy(
      `${this.#name}-${suffix}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace,
        scalableDimension,
        resourceId,
        targetTrackingScalingPolicyConfiguration: {
          ...configuration,
          scaleOutCooldown: SCALE_OUT_COOLDOWN_SECONDS,
          scaleInCooldown: SCALE_IN_COOLDOWN_SECONDS,
        },
      },
      { parent: this },
    );
  }
}
