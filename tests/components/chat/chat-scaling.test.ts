import test from "ava";
import { only } from "../../helpers/recorded-program.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const CLUSTER = "aws:ecs/cluster:Cluster";
const POLICY = "aws:appautoscaling/policy:Policy";
const SERVICE = "awsx:ecs:FargateService";

const { graph } = await recordPrivateChat();

test("scaling follows the streams a task has open, and the processor, between the bounds", (t) => {
  const place = {
    serviceNamespace: "ecs",
    scalableDimension: "ecs:service:DesiredCount",
    resourceId: `service/${String(only(graph, CLUSTER).outputs.name)}/${
      (only(graph, SERVICE).outputs.service as { name: string }).name
    }`,
  };
  t.deepEqual(only(graph, "aws:appautoscaling/target:Target").inputs, {
    ...place,
    minCapacity: 2,
    maxCapacity: 10,
    tags: { team: "web" },
  });
  const cooldowns = { scaleOutCooldown: 60, scaleInCooldown: 930 };
  t.deepEqual(only(graph, POLICY, "chat-streams").inputs, {
    policyType: "TargetTrackingScaling",
    ...place,
    targetTrackingScalingPolicyConfiguration: {
      ...cooldowns,
      targetValue: 130,
      customizedMetricSpecification: {
        namespace: "Streamgate/Chat",
        metricName: "ConcurrentStreams",
        dimensions: [{ name: "Service", value: "private-chat-dev-chat" }],
        statistic: "Average",
      },
    },
  });
  t.deepEqual(only(graph, POLICY, "chat-cpu").inputs, {
    policyType: "TargetTrackingScaling",
    ...place,
    targetTrackingScalingPolicyConfiguration: {
      ...cooldowns,
      targetValue: 60,
      predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
    },
  });
});

test.serial("a task that takes one stream is a full one with it", async (t) => {
  const { graph } = await recordPrivateChat({ args: { streamsPerTask: 1 } });
  t.like(only(graph, POLICY, "chat-streams").inputs, {
    targetTrackingScalingPolicyConfiguration: { targetValue: 1 },
  });
});
