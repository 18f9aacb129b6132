import { checkArgument, wholeNumber } from "../argument-rule.ts";
import { keyPrefixRule } from "../bucket/key-prefix.ts";
import { chatNameRule } from "../component-name.ts";
import { InputError } from "../input-error.ts";
import { type Tags, tagRule } from "../tags.ts";
import { allowedModels, modelKind } from "./bedrock-model.ts";
import { maxTokensRule } from "./model-access.ts";
import { fargateMemoryMiB } from "./fargate-sizes.ts";
import { allowedVpcCidrs, defaultVpcCidr, isVpcCidr, mostTasks } from "./vpc-cidr.ts";
import { parsePrivateImage } from "./private-image.ts";

/** The arguments of a private chat service that are checked. */
export interface PrivateChatChoices {
  readonly network:
    | { readonly availabilityZones: readonly string[]; readonly cidrBlock?: string }
    | {
        readonly subnetIds: readonly unknown[];
        readonly routeTableIds: readonly unknown[];
        readonly createEndpoints: boolean;
      };
  readonly image?: string;
  readonly model: string;
  readonly maxTokens: number;
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly streamsPerTask: number;
  readonly downloads?: { readonly keyPrefix: string };
  readonly tags?: Tags;
}

/** Rules for the number of tasks and of their streams. */
export const taskRules = {
  minTasks: wholeNumber(1, 100),
  maxTasks: wholeNumber(1, 1000),
  streamsPerTask: wholeNumber(1, 2000),
} as const;

/** Largest number of subnets of a VPC link. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
export const MOST_SUBNETS = 10;

/**
 * Checks everything that can be told before anything is registered.
 *
 * @throws InputError saying what was given, what is allowed, and what to do.
 */
export function checkPrivateChat(name: string, choices: PrivateChatChoices): void {
  checkArgument("name", name, chatNameRule);
  checkArgument("tags", choices.tags ?? {}, tagRule);
  checkArgument("downloads.keyPrefix", choices.downloads?.keyPrefix ?? "", keyPrefixRule);
  if (modelKind(choices.model) === undefined) refuse("model", choices.model, allowedModels);
  if (choices.image !== undefined && choices.image !== "") parsePrivateImage(choices.image);
  checkArgument("maxTokens", choices.maxTokens, maxTokensRule);
  checkNetwork(choices.network);
  checkSize(choices);
  checkAddresses(choices);
}

function checkNetwork(network: PrivateChatChoices["network"]): void {
  if ("availabilityZones" in network) {
    const zones = network.availabilityZones;
    if (new Set(zones).size < 2 || new Set(zones).size < zones.length)
      refuse("network.availabilityZones", zones.join(", "), "two different zones or more");
    return;
  }
  const { subnetIds, routeTableIds, createEndpoints } = network;
  if (subnetIds.length < 2 || subnetIds.length > MOST_SUBNETS) {
    const allowed = `two to ${MOST_SUBNETS}, in different zones`;
    refuse("network.subnetIds", `${subnetIds.length} subnet(s)`, allowed);
  }
  if (createEndpoints && routeTableIds.length === 0) {
    refuse(
      "network.routeTableIds",
      "",
      "those of the subnets, because S3's endpoint is a route; or createEndpoints false where the VPC has endpoints",
    );
  }
}

function checkAddresses({ network, maxTasks }: PrivateChatChoices): void {
  if (!("availabilityZones" in network)) return;
  const { cidrBlock = defaultVpcCidr } = network;
  if (!isVpcCidr(cidrBlock)) refuse("network.cidrBlock", cidrBlock, allowedVpcCidrs);
  const most = mostTasks(cidrBlock);
  if (maxTasks > most) refuse("maxTasks", maxTasks, `with network.cidrBlock ${cidrBlock}: at most ${most}`);
}

function checkSize({ cpu, memoryMiB, minTasks, maxTasks, streamsPerTask }: PrivateChatChoices): void {
  const offered = fargateMemoryMiB[cpu] ?? [];
  if (offered.length === 0) refuse("cpu", cpu, Object.keys(fargateMemoryMiB).join(", "));
  if (!offered.includes(memoryMiB)) {
    refuse("memoryMiB", memoryMiB, `with cpu ${cpu}: ${offered.join(", ")}`);
  }
  checkArgument("minTasks", minTasks, taskRules.minTasks);
  checkArgument("maxTasks", maxTasks, taskRules.maxTasks);
  if (maxTasks < minTasks) refuse("maxTasks", maxTasks, `not less than minTasks, which is ${minTasks}`);
  checkArgument("streamsPerTask", streamsPerTask, taskRules.streamsPerTask);
}

function refuse(arg: string, given: string | number, allowed: string): never {
  throw new InputError(`${arg} is "${given}"; allowed: ${allowed}`);
}
