import { isIP } from "node:net";
import type { Auth } from "../../contract/stack-outputs.ts";
import { type ArgumentRule, checkArgument } from "../argument-rule.ts";
import { InputError } from "../input-error.ts";
import { storedPrincipals } from "./allowed-principals.ts";
import type { Route } from "./route.ts";

/**
 * A resource policy has 8,192 bytes as API Gateway stores it, with a backslash before each quotation mark and each slash; the
 * rest of it, with its ARNs, takes less than 2,048.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
const MOST_LIST_BYTES = 6144;

/** Bytes of an item besides its characters: quotation marks with their backslashes, and a comma. */
const ITEM_OVERHEAD_BYTES = 5;

/** Rule for the length of the list. */
export const cidrListRule: ArgumentRule<readonly string[]> = {
  allowed: `as many as a resource policy can hold, about ${Math.floor(MOST_LIST_BYTES / 24 / 10) * 10} for IPv4`,
  accepts: (cidrs) => listBytes(cidrs) <= MOST_LIST_BYTES,
};

/** The lists of a resource policy. */
export interface PolicyLists {
  readonly allowedCidrs: readonly string[];
  readonly allowedPrincipals: readonly string[];
}

/** Rule for the lists together. */
export const policyListsRule: ArgumentRule<PolicyLists> = {
  allowed: `${MOST_LIST_BYTES} bytes in all, as a resource policy stores them`,
  accepts: (lists) => policyListBytes(lists) <= MOST_LIST_BYTES,
};

/** Bytes of both lists as API Gateway stores them, in the partition with the longest name. */
export function policyListBytes({ allowedCidrs, allowedPrincipals }: PolicyLists): number {
  return listBytes(allowedCidrs) + listBytes(storedPrincipals(allowedPrincipals, "aws-iso-b"));
}

function listBytes(items: readonly string[]): number {
  return items.reduce(
    (bytes, item) => bytes + item.length + item.split("/").length - 1 + ITEM_OVERHEAD_BYTES,
    0,
  );
}

/** Whether a text is an address block. */
export function isCidrBlock(text: string): boolean {
  const [address = "", prefix = "", ...more] = text.split("/");
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  // An address with a zone (`fe80::1%eth0`) is an address to Node.js alone.
  return more.length === 0 && !address.includes("%") && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
}

/** @throws InputError for what is not an address block, and for more blocks than a policy can hold. */
export function checkAllowedCidrs(cidrs: readonly string[]): void {
  checkArgument("allowedCidrs", cidrs, cidrListRule);
  for (const cidr of cidrs) {
    if (isCidrBlock(cidr)) continue;
    throw new InputError(
      `allowedCidrs has "${cidr}"; write blocks like "203.0.113.0/24", "2001:db8::/32" or, for one address, "203.0.113.7/32"`,
    );
  }
}

/**
 * Over which versions of IP an API answers. API Gateway's default is IPv4 alone, and then no IPv6 block lets anybody in;
 * with both, a client that is listed by its IPv4 address might come by the other. In force at once, without a deployment.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-ip-address-type.html
 */
export function ipAddressType(allowedCidrs: readonly string[]): "ipv4" | "dualstack" {
  return allowedCidrs.some((cidr) => cidr.includes(":")) ? "dualstack" : "ipv4";
}

const everywhere = ["0.0.0.0/0", "::/0"];

/** Inputs of a resource policy. */
export interface ResourcePolicySource {
  readonly auth: Auth;
  /** Empty for any address. */
  readonly allowedCidrs: readonly string[];
  /** Who may call besides the account's own principals; with IAM alone. */
  readonly allowedPrincipals: readonly string[];
  /** The routes that need no credentials whatever `auth` is. */
  readonly publicRoutes: readonly Pick<Route, "method" | "segments">[];
  /** Format: `arn:aws:execute-api:{region}:{accountId}:{restApiId}`. */
  readonly executionArn: string;
}

/**
 * Shuts out every address that is not listed. What is left to say is who else may come in: without IAM a request has
 * no identity of its own, so the policy has to allow it; with IAM an Allow for everyone would also let in the account's
 * principals that no policy of their own allows, so there it names the public routes alone, and the principals of other
 * accounts: these need an Allow here and another one in a policy of their own.
 *
 * An API has a policy without a list too, one that shuts nobody out. Were it taken away together with the list, Pulumi
 * would make the new deployment first, and that would go on shutting out.
 * Sources:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function resourcePolicy(source: ResourcePolicySource) {
  const { auth, allowedCidrs, allowedPrincipals, publicRoutes, executionArn } = source;
  const everything = `${executionArn}/*`;
  const open =
    auth === "iam" ? publicRoutes.map((route) => `${executionArn}/*/${routeArnPart(route)}`) : [everything];
  const [, partition = ""] = executionArn.split(":");
  const principals = { AWS: storedPrincipals(allowedPrincipals, partition) };
  return {
    Version: "2012-10-17",
    Statement: [
      ...(open.length === 0 ? [] : [{ ...invocation("Allow"), Resource: open }]),
      ...(allowedPrincipals.length === 0
        ? []
        : [{ ...invocation("Allow", principals), Resource: [everything] }]),
      {
        ...invocation("Deny"),
        Resource: [everything],
        Condition: {
          NotIpAddress: { "aws:SourceIp": allowedCidrs.length > 0 ? [...allowedCidrs] : everywhere },
        },
      },
    ],
  };
}

function invocation(effect: "Allow" | "Deny", principal: "*" | { readonly AWS: readonly string[] } = "*") {
  return { Effect: effect, Principal: principal, Action: "execute-api:Invoke" };
}

/** A route as the ARN of an invocation has it, after the stage. Format: `GET/download/*`. */
export function routeArnPart({ method, segments }: Pick<Route, "method" | "segments">): string {
  const anyValue = segments.map((segment) => (segment.startsWith("{") ? "*" : segment)).join("/");
  return `${method === "ANY" ? "*" : method}/${anyValue}`;
}
