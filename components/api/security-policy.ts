import { InputError } from "../input-error.ts";

/**
 * The TLS versions and ciphers a Regional API can be held to, strongest first. AWS's own default, `TLS_1_0`, takes TLS 1.0; it
 * and `TLS_1_2` are left out, because an API cannot go back to them without losing its access mode first.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-list.html
 */
export const securityPolicies = [
  "SecurityPolicy_TLS13_1_3_FIPS_2025_09",
  "SecurityPolicy_TLS13_1_3_2025_09",
  "SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09",
  "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09",
  "SecurityPolicy_TLS13_1_2_PQ_2025_09",
  "SecurityPolicy_TLS13_1_2_2021_06",
] as const;
export type SecurityPolicy = (typeof securityPolicies)[number];

/**
 * TLS 1.3 and 1.2 with forward secrecy and authenticated ciphers alone, and a key exchange that a quantum computer does not
 * undo where the client has one: the strongest that clients of the last ten years speak.
 */
export const defaultSecurityPolicy: SecurityPolicy = "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09";

/** Whether a request's host has to be the one that TLS was made with, and its way in the API's own kind of endpoint. */
export const endpointAccessModes = ["STRICT", "BASIC"] as const;
export type EndpointAccessMode = (typeof endpointAccessModes)[number];

/** Security policy and endpoint access mode of an API. */
export interface ConnectionArgs {
  /**
   * TLS versions and ciphers of the API's endpoint, and of custom domains that lead to it.
   *
   * Shape: one of `securityPolicies`. Default: TLS 1.3 and 1.2, forward secrecy, post-quantum key exchange. Errors: any other;
   * thrown by the constructor before anything is registered. A change takes about 15 minutes, with the API in service.
   * Local: read, and without effect: loopback has no TLS.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
   */
  readonly securityPolicy?: SecurityPolicy;

  /**
   * `STRICT` refuses requests whose Host is not the name that TLS was made for, or that come by another kind of endpoint.
   *
   * Shape: `STRICT` | `BASIC`. Default: `STRICT`. Errors: any other; thrown by the constructor before anything is registered.
   * Going from `STRICT` to `BASIC` takes the API down for about 15 minutes.
   * Local: read, and without effect. Source: the same page.
   */
  readonly endpointAccessMode?: EndpointAccessMode;
}

/** @throws InputError for what a Regional API cannot have. */
export function checkConnection({ securityPolicy, endpointAccessMode }: ConnectionArgs): void {
  check("securityPolicy", securityPolicy, securityPolicies);
  check("endpointAccessMode", endpointAccessMode, endpointAccessModes);
}

function check(name: string, value: string | undefined, allowed: readonly string[]): void {
  if (value !== undefined && !allowed.includes(value))
    throw new InputError(`${name} is "${value}"; allowed: ${allowed.join(", ")}`);
}
