import * as pulumi from "@pulumi/pulumi";

/**
 * How long a change of the service may take: a task that is replaced may take the deregistration delay to end its streams,
 * and there is no steady state before.
 */
const STEADY_STATE_TIMEOUT = "40m";

/**
 * What awsx's service does not let its users say about the ECS service inside: that the number of tasks is scaling's once
 * the service is there, so that an `up` after a refresh does not set it back, and that a replacement takes its time.
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
