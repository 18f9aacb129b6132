import { as } from "../request-source.ts";
import type { ResourceRow } from "./resource-row.ts";

/** Images, clusters and how services scale. */
export const containerRows: Readonly<Record<string, ResourceRow>> = {
  "aws:appautoscaling/policy:Policy": {
    calls: [
      {
        operation: "application-autoscaling:PutScalingPolicy",
        members: {
          PolicyName: "name",
          PolicyType: "policyType",
          ResourceId: "resourceId",
          ScalableDimension: "scalableDimension",
          ServiceNamespace: "serviceNamespace",
          TargetTrackingScalingPolicyConfiguration: as(
            "capitalized",
            "targetTrackingScalingPolicyConfiguration",
          ),
        },
      },
    ],
  },
  "aws:appautoscaling/target:Target": {
    calls: [
      {
        operation: "application-autoscaling:RegisterScalableTarget",
        members: {
          ServiceNamespace: "serviceNamespace",
          ResourceId: "resourceId",
          ScalableDimension: "scalableDimension",
          MinCapacity: "minCapacity",
          MaxCapacity: "maxCapacity",
          Tags: as("tags", "tags"),
        },
      },
    ],
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    calls: [
      {
        operation: "ecr:PutLifecyclePolicy",
        members: { repositoryName: "repository", lifecyclePolicyText: as("json", "policy") },
      },
    ],
  },
  "aws:ecr/repository:Repository": {
    calls: [
      {
        operation: "ecr:CreateRepository",
        members: {
          repositoryName: "name",
          imageTagMutability: "imageTagMutability",
          imageScanningConfiguration: "imageScanningConfiguration",
          encryptionConfiguration: "encryptionConfigurations",
          tags: as("tagList", "tags"),
        },
      },
    ],
    notSent: { forceDelete: "what destroying does" },
  },
  "aws:ecs/cluster:Cluster": {
    calls: [
      {
        operation: "ecs:CreateCluster",
        members: { clusterName: "name", settings: "settings", tags: as("lowerCaseTagList", "tags") },
      },
    ],
  },
};
