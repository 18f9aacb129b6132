import { InputError } from "../input-error.ts";

/** One availability zone as an account sees it. */
export interface Zone {
  /** Name of the zone, by which subnets are placed. It stands for another place in another account. Format: `eu-west-1a`. */
  readonly name: string;
  /** The same place for every account. Format: `euw1-az1`. */
  readonly id: string;
}

/** Number of zones of a network: if one fails, the other carries on. Each costs four endpoint interfaces. */
const ZONES = 2;

/**
 * The zones a VPC link v2 can have interfaces in, by Region. Not every zone, and not every Region. A zone that is added
 * before the second of a Region makes another choice there, which networks that stand cannot follow.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-vpc-links-v2.html
 */
const linkZones: Readonly<Record<string, readonly string[]>> = {
  "ap-east-1": ["ape1-az2", "ape1-az3"],
  "ap-northeast-1": ["apne1-az1", "apne1-az2", "apne1-az4"],
  "ap-northeast-2": ["apne2-az1", "apne2-az2", "apne2-az3"],
  "ap-south-1": ["aps1-az1", "aps1-az2", "aps1-az3"],
  "ap-southeast-1": ["apse1-az1", "apse1-az2", "apse1-az3"],
  "ap-southeast-2": ["apse2-az1", "apse2-az2", "apse2-az3"],
  "ca-central-1": ["cac1-az1", "cac1-az2"],
  "eu-central-1": ["euc1-az1", "euc1-az2", "euc1-az3"],
  "eu-north-1": ["eun1-az1", "eun1-az2", "eun1-az3"],
  "eu-south-2": ["eus2-az1", "eus2-az2", "eus2-az3"],
  "eu-west-1": ["euw1-az1", "euw1-az2", "euw1-az3"],
  "eu-west-2": ["euw2-az1", "euw2-az2", "euw2-az3"],
  "eu-west-3": ["euw3-az1", "euw3-az3"],
  "me-south-1": ["mes1-az1", "mes1-az2", "mes1-az3"],
  "sa-east-1": ["sae1-az1", "sae1-az2", "sae1-az3"],
  "us-east-1": ["use1-az1", "use1-az2", "use1-az4", "use1-az5", "use1-az6"],
  "us-east-2": ["use2-az1", "use2-az2", "use2-az3"],
  "us-gov-west-1": ["usgw1-az1", "usgw1-az2", "usgw1-az3"],
  "us-west-1": ["usw1-az1", "usw1-az3"],
  "us-west-2": ["usw2-az1", "usw2-az2", "usw2-az3", "usw2-az4"],
};

/**
 * Chooses the zones of a new network: always the same ones for an account, because another choice replaces the subnets.
 *
 * @param zones Every zone the account sees in the Region, also one that is impaired just now.
 * @param endpointZones Names of those in which every service of the network has an endpoint.
 * @returns Names of zones.
 * @throws InputError when fewer than two of them can have a VPC link and the endpoints.
 */
export function chooseZones(
  region: string,
  zones: readonly Zone[],
  endpointZones: readonly string[],
): string[] {
  const supported = linkZones[region] ?? [];
  const chosen = zones
    .filter(({ id, name }) => supported.includes(id) && endpointZones.includes(name))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, ZONES)
    .map(({ name }) => name);
  if (chosen.length < ZONES) {
    throw new InputError(
      `${region} has ${chosen.length} zones of this account in which API Gateway is known to make VPC links and all endpoints can be had; ` +
        `needed: ${ZONES}; choose another Region, or set availabilityZones to zones that have them by now`,
    );
  }
  return chosen;
}
