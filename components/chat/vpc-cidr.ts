import { BlockList, isIPv4 } from "node:net";

/** Ends the sentence "allowed: ...". */
export const allowedVpcCidrs =
  "a block of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10, from /16 to /22, that begins at its first address";

export const defaultVpcCidr = "10.0.0.0/16";

const privateBlocks = new BlockList();
for (const [address, prefix] of [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
] as const) {
  privateBlocks.addSubnet(address, prefix);
}

/** Whether a network of the service's own can have this block. */
export function isVpcCidr(cidr: string): boolean {
  const [, address = "", prefix = ""] = /^([\d.]+)\/(\d\d)$/.exec(cidr) ?? [];
  const length = Number(prefix);
  if (!isIPv4(address) || length < 16 || length > 22 || !privateBlocks.check(address)) return false;
  const number = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return number % 2 ** (32 - length) === 0;
}

/** The subnet mask of each zone: a sixteenth of the block, so that a zone can be added. */
export function zoneCidrMask(cidr: string): number {
  return Number(cidr.split("/")[1]) + 4;
}

/** AWS keeps five addresses of a subnet; load balancer, link and endpoints have the others that tasks cannot have. */
const ADDRESSES_NOT_FOR_TASKS = 32;

/**
 * The most tasks of a service in this block. A deployment has twice as many for a while, which two zones share.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html
 */
export function mostTasks(cidr: string): number {
  return 2 ** (32 - zoneCidrMask(cidr)) - ADDRESSES_NOT_FOR_TASKS;
}
