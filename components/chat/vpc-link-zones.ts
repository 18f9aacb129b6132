import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { lookUp } from "../look-up.ts";
import { chooseZones } from "./choose-zones.ts";
import { interfaceServices } from "./private-endpoints.ts";

/**
 * Asks AWS which two zones a new network for a VPC link goes into, the same ones each time. To be awaited by the program:
 * awsx takes the zones of a network as plain values.
 *
 * @param options The provider to ask, when it is not the default one.
 * @returns Names of zones.
 * @throws InputError when the zones cannot be looked up, or the Region has fewer than two that can have a VPC link and all
 * endpoints.
 */
export async function vpcLinkZones(options: pulumi.InvokeOptions = {}): Promise<string[]> {
  const remedy = "the AWS credentials need ec2:DescribeAvailabilityZones; or name the zones yourself";
  const answer = aws.getAvailabilityZones({}, options);
  const { id: region, names, zoneIds } = await lookUp({ what: "the availability zones", remedy }, answer);
  const zones = names.flatMap((name, index) => {
    const id = zoneIds[index];
    return id === undefined ? [] : [{ name, id }];
  });
  return chooseZones(region, zones, await endpointZones(options));
}

/** The names of the zones in which every service of the network has an endpoint. */
async function endpointZones(options: pulumi.InvokeOptions): Promise<string[]> {
  const remedy = "the AWS credentials need ec2:DescribeVpcEndpointServices; or choose a Region that has it";
  const services = await Promise.all(
    interfaceServices.map((service) =>
      lookUp(
        { what: `the VPC endpoint service ${service}`, remedy },
        aws.ec2.getVpcEndpointService({ service, serviceType: "Interface" }, options),
      ),
    ),
  );
  const [first = [], ...others] = services.map(({ availabilityZones }) => availabilityZones);
  return first.filter((zone) => others.every((zones) => zones.includes(zone)));
}
