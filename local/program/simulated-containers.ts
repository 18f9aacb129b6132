import { physicalName } from "./automatic-names.ts";
import {
  type CreatedResource,
  type NewResource,
  type SimulatedAccount,
  type Simulations,
  hexDigits,
  regionalArn,
} from "./simulation.ts";

/** Image repositories, images, clusters, services and how they scale. */
export function simulatedContainers(account: SimulatedAccount): Simulations {
  return {
    "awsx:ecr:Image": (resource) => awsxImage(resource),
    "awsx:ecr:Repository": (resource) => awsxRepository(account, resource),
    "awsx:ecs:FargateService": (resource) => awsxFargateService(account, resource),
    "aws:appautoscaling/policy:Policy": (resource) => {
      const name = physicalName("aws:appautoscaling/policy:Policy", resource);
      return {
        id: name,
        computed: { name, arn: regionalArn(account, "autoscaling", `scalingPolicy:${name}`) },
      };
    },
    "aws:appautoscaling/target:Target": ({ inputs }) => {
      const resourceId = String(inputs.resourceId);
      return {
        id: resourceId,
        computed: {
          arn: regionalArn(
            account,
            "application-autoscaling",
            `scalable-target/${hexDigits(resourceId, 32)}`,
          ),
        },
      };
    },
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ({ inputs }) => ({
      id: String(inputs.repository),
      computed: {},
    }),
    "aws:ecr/repository:Repository": (resource) => repository(account, resource),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ({ inputs }) => ({
      id: String(inputs.repository),
      computed: {},
    }),
    "aws:ecs/cluster:Cluster": (resource) => {
      const name = physicalName("aws:ecs/cluster:Cluster", resource);
      const arn = regionalArn(account, "ecs", `cluster/${name}`);
      return { id: arn, computed: { name, arn } };
    },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ({ inputs }) => ({
      id: String(inputs.clusterName),
      computed: {},
    }),
  };
}

function repository(account: SimulatedAccount, resource: NewResource): CreatedResource {
  const name = physicalName("aws:ecr/repository:Repository", resource);
  return {
    id: name,
    computed: {
      name,
      arn: regionalArn(account, "ecr", `repository/${name}`),
      registryId: account.accountId,
      repositoryUrl: `${account.accountId}.dkr.ecr.${account.region}.amazonaws.com/${name}`,
    },
  };
}

/** Source: https://www.pulumi.com/registry/packages/awsx/api-docs/ecr/repository/ */
function awsxRepository(account: SimulatedAccount, resource: NewResource): CreatedResource {
  const { id, computed } = repository(account, resource);
  return { id, computed: { url: computed.repositoryUrl, repository: { ...computed, id } } };
}

/** The digest stands for what the image is made from; nothing is built before a task needs it. */
function awsxImage({ urn, inputs }: NewResource): CreatedResource {
  const imageUri = `${String(inputs.repositoryUrl)}@sha256:${hexDigits(`${urn}/${String(inputs.imageTag)}`, 64)}`;
  return { id: imageUri, computed: { imageUri } };
}

/** Source: https://www.pulumi.com/registry/packages/awsx/api-docs/ecs/fargateservice/ */
function awsxFargateService(account: SimulatedAccount, resource: NewResource): CreatedResource {
  const { inputs } = resource;
  const name = physicalName("aws:ecs/service:Service", resource);
  const cluster = typeof inputs.cluster === "string" ? inputs.cluster : "default";
  const arn = regionalArn(account, "ecs", `service/${cluster.split("/").pop()}/${name}`);
  const { family = name } = (inputs.taskDefinitionArgs ?? {}) as { readonly family?: string };
  const taskDefinitionArn = regionalArn(account, "ecs", `task-definition/${family}:1`);
  return {
    id: arn,
    computed: {
      service: { id: arn, arn, name, cluster, desiredCount: inputs.desiredCount ?? 1 },
      taskDefinition: { id: family, arn: taskDefinitionArn, family, revision: 1 },
    },
  };
}
