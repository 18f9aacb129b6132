import { noPrincipals } from "../api/api-access.ts";
import { corsEnvironment } from "../api/cors.ts";
import { policyListBytes, policyListsRule } from "../api/resource-policy.ts";
import { downloadEnvironment } from "../bucket/download-access.ts";
import { modelEnvironment } from "../chat/model-access.ts";
import { environmentBytes, environmentRule } from "../function/environment-size.ts";
import { webAdapterVariables } from "../function/web-adapter.ts";
import { MOST_SUBNETS } from "../chat/private-chat-args.ts";
import { fargateMemoryMiB } from "../chat/fargate-sizes.ts";
import { mostTasks } from "../chat/vpc-cidr.ts";
import { type StreamgateConfig, configValues } from "./config-keys.ts";

type Rule = (config: StreamgateConfig) => string | undefined;

/** Checks between keys: those that need each other, and those that exclude each other. */
const rules: readonly Rule[] = [
  ({ downloads, chat }) =>
    downloads || chat ? undefined : "`downloads` and `chat` are both false, so there is nothing to make",
  ({ lambdaChat, downloads }) =>
    lambdaChat && !downloads ? "`lambdaChat` needs `downloads`: it is a route of the same API" : undefined,
  ({ bucketKmsKeyArn, bucket }) =>
    bucketKmsKeyArn && !bucket
      ? "`bucketKmsKeyArn` needs `bucket`: the program's own bucket uses S3's key"
      : undefined,
  together("guardrailId", "guardrailVersion"),
  together("certificateArn", "certificateDomain"),
  // The CLI fills in the defaults of Pulumi.yaml, so that a key left alone cannot be told from one set to its default.
  ({ auth, quotaPerDay }) =>
    auth !== "apiKey" && quotaPerDay !== configValues.quotaPerDay.default
      ? "`quotaPerDay` needs `auth` to be apiKey: a quota counts the requests of a key"
      : undefined,
  ({ auth, apiKeyGenerations }) =>
    auth !== "apiKey" && apiKeyGenerations.join() !== configValues.apiKeyGenerations.default.join()
      ? "`apiKeyGenerations` needs `auth` to be apiKey"
      : undefined,
  ({ auth, allowedPrincipals }) =>
    auth !== "iam" && allowedPrincipals.length > 0
      ? `\`allowedPrincipals\` needs \`auth\` to be iam: ${noPrincipals}`
      : undefined,
  (config) =>
    policyListsRule.accepts(config)
      ? undefined
      : `\`allowedCidrs\` and \`allowedPrincipals\` make ${policyListBytes(config)} bytes; allowed: ${policyListsRule.allowed}`,
  ({ vpcId, subnetIds }) =>
    (vpcId === "") !== (subnetIds.length === 0)
      ? "`vpcId` and `subnetIds` go together: set both or neither"
      : undefined,
  ({ subnetIds }) =>
    subnetIds.length === 1 ? "`subnetIds` needs two subnets or more, in different zones" : undefined,
  ({ subnetIds }) =>
    subnetIds.length > MOST_SUBNETS
      ? `\`subnetIds\` has ${subnetIds.length} subnets; a VPC link takes ${MOST_SUBNETS}`
      : undefined,
  ({ vpcId, routeTableIds }) =>
    vpcId === "" && routeTableIds.length > 0 ? "`routeTableIds` needs `vpcId`" : undefined,
  ({ vpcId, createEndpoints, routeTableIds }) =>
    vpcId !== "" && createEndpoints && routeTableIds.length === 0
      ? "`createEndpoints` with `vpcId` needs `routeTableIds`, those of the subnets: S3's endpoint is a route"
      : undefined,
  ({ vpcId, createEndpoints }) =>
    vpcId === "" && !createEndpoints
      ? "`createEndpoints` can be false with `vpcId` alone: in a network of the program's own nothing else leads to AWS"
      : undefined,
  ({ vpcId, availabilityZones }) =>
    vpcId !== "" && availabilityZones.length > 0
      ? "`availabilityZones` and `vpcId` exclude each other: the zones are those of the subnets"
      : undefined,
  ({ availabilityZones }) =>
    availabilityZones.length === 1 ? "`availabilityZones` needs two zones or more" : undefined,
  ({ vpcId, vpcCidr }) =>
    vpcId !== "" && vpcCidr !== configValues.vpcCidr.default
      ? "`vpcCidr` and `vpcId` exclude each other: the network that is there has its own"
      : undefined,
  ({ vpcId, vpcCidr, chatMaxTasks }) =>
    vpcId === "" && chatMaxTasks > mostTasks(vpcCidr)
      ? `\`chatMaxTasks\` is ${chatMaxTasks}; with \`vpcCidr\` ${vpcCidr} there are addresses for ${mostTasks(vpcCidr)}`
      : undefined,
  ({ chatMinTasks, chatMaxTasks }) =>
    chatMinTasks > chatMaxTasks
      ? `\`chatMinTasks\` is ${chatMinTasks}, more than \`chatMaxTasks\``
      : undefined,
  ({ chatCpu, chatMemoryMiB }) => memoryConflict(chatCpu, chatMemoryMiB),
  (config) =>
    config.lambdaChat
      ? environmentConflict("`systemPrompt` and `corsOrigins`", {
          ...modelEnvironment(config),
          ...corsEnvironment(config.corsOrigins),
        })
      : undefined,
  ({ downloads, runtimes, ...config }) =>
    downloads
      ? environmentConflict("`keyPrefix` and `corsOrigins`", {
          ...(runtimes.some((runtime) => runtime !== "nodejs") && webAdapterVariables),
          ...downloadEnvironment(
            { ...config, bucket: { bucketName: longestBucketName } },
            config.auth === "none",
          ),
          ...corsEnvironment(config.corsOrigins),
        })
      : undefined,
];

/** @returns A sentence for each conflict, keys in backquotes. */
export function conflictsOf(config: StreamgateConfig): string[] {
  return rules.map((rule) => rule(config)).filter((conflict) => conflict !== undefined);
}

/** The program's own bucket gets its name from AWS. */
const longestBucketName = "b".repeat(63);

function environmentConflict(keys: string, variables: Readonly<Record<string, unknown>>): string | undefined {
  if (environmentRule.accepts(variables)) return undefined;
  return `${keys} make ${environmentBytes(variables)} bytes of environment; allowed: ${environmentRule.allowed}`;
}

function together(one: keyof StreamgateConfig, other: keyof StreamgateConfig): Rule {
  return (config) =>
    (config[one] === "") !== (config[other] === "")
      ? `\`${one}\` and \`${other}\` go together: set both or neither`
      : undefined;
}

function memoryConflict(cpu: number, memoryMiB: number): string | undefined {
  const offered = fargateMemoryMiB[cpu] ?? [];
  if (offered.includes(memoryMiB)) return undefined;
  return `\`chatMemoryMiB\` is ${memoryMiB}; with \`chatCpu\` ${cpu} Fargate offers ${offered.join(", ")}`;
}
