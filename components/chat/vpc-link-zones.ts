import * as aws from "@pulumi/aws";
import { chooseZones } from "./choose-zones.ts";

/**
 * Asks AWS which two zones a new network for a VPC link goes into, the same ones each time. To be awaited by the program:
 * awsx takes the zones of a network as plain values.
 *
 * @returns Names of zones.
 * @throws InputError when the Region has fewer than two that can have a VPC link.
 */
export async function vpcLinkZones(): Promise<string[]> {
  const [{ region }, { names, zoneIds }] = await Promise.all([aws.getRegion(), aws.getAvailabilityZones()]);
  const zones = names.flatMap((name, index) => {
    const id = zoneIds[index];
    return id === undefined ? [] : [{ name, id }];
  });
  return chooseZones(region, zones);
}
