import { checkArgument } from "../argument-rule.ts";
import { keyPrefixRule } from "../bucket/key-prefix.ts";
import { chatNameRule } from "../component-name.ts";
import { InputError } from "../input-error.ts";
import { type Tags, tagRule } from "../tags.ts";
import { allowedModels, modelKind } from "./bedrock-model.ts";
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
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly streamsPerTask: number;
  readonly downloads?: { readonly keyPrefix: string };
  readonly tags?: Tags;
}

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
  if (!isCount(minTasks)) refuse("minTasks", minTasks, "a whole number from 1");
  if (!isCount(maxTasks) || maxTasks < minTasks)
    refuse("maxTasks", maxTasks, `a whole number from ${minTasks}, which is minTasks`);
  if (!isCount(streamsPerTask)) refuse("streamsPerTask", streamsPerTask, "a whole number from 1");
}

function isCount(number: number): boolean {
  return Number.isInteger(number) && number >= 1;
}

function refuse(arg: string, given: string | number, allowed: string): never {
  throw new InputError(`${arg} is "${given}"; allowed: ${allowed}`);
}
