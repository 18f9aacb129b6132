import { InputError } from "../input-error.ts";
import { allowedModels, modelKind } from "./bedrock-model.ts";
import { fargateMemoryMiB } from "./fargate-sizes.ts";
import { parsePrivateImage } from "./private-image.ts";

/** What of a private chat service's arguments can be wrong. */
export interface PrivateChatChoices {
  readonly network:
    | { readonly availabilityZones: readonly string[] }
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
}

/**
 * What AWS takes as the beginning of every name that Pulumi makes from it. Names of load balancers and target groups have
 * 32 characters at most, eight of which Pulumi adds, and a load balancer's does not begin with what AWS puts before the
 * host names of internal ones; a repository's has lower-case letters and no two hyphens together.
 * Sources:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
const nameForm = /^(?!internal-)(?=.{1,24}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * Checks everything that can be told before anything is registered.
 *
 * @throws InputError saying what was given, what is allowed, and what to do.
 */
export function checkPrivateChat(name: string, choices: PrivateChatChoices): void {
  if (!nameForm.test(name)) {
    const form = "1 to 24 lower-case letters and digits, with single hyphens between, a letter first";
    refuse("name", name, `${form}, and not internal-...`);
  }
  if (modelKind(choices.model) === undefined) refuse("model", choices.model, allowedModels);
  if (choices.image !== undefined && choices.image !== "") parsePrivateImage(choices.image);
  checkNetwork(choices.network);
  checkSize(choices);
}

function checkNetwork(network: PrivateChatChoices["network"]): void {
  if ("availabilityZones" in network) {
    const zones = network.availabilityZones;
    if (new Set(zones).size < 2 || new Set(zones).size < zones.length)
      refuse("network.availabilityZones", zones.join(", "), "two different zones or more");
    return;
  }
  const { subnetIds, routeTableIds, createEndpoints } = network;
  if (subnetIds.length < 2)
    refuse("network.subnetIds", `${subnetIds.length} subnet(s)`, "two or more, in different zones");
  if (createEndpoints && routeTableIds.length === 0) {
    refuse(
      "network.routeTableIds",
      "",
      "those of the subnets, because S3's endpoint is a route; or createEndpoints false where the VPC has endpoints",
    );
  }
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
