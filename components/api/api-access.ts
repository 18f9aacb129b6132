import type { Auth } from "../../contract/stack-outputs.ts";
import { checkArgument } from "../argument-rule.ts";
import { principalsRule } from "./allowed-principals.ts";
import { checkCorsOrigins } from "./cors.ts";
import { checkAllowedCidrs, policyListsRule } from "./resource-policy.ts";
import type { Route } from "./route.ts";
import { checkConnection, type ConnectionArgs } from "./security-policy.ts";
import { InputError } from "../input-error.ts";

/** Who may call an API, from where, and by which TLS. */
export interface ApiAccessArgs extends ConnectionArgs {
  /**
   * Authentication mode.
   *
   * Shape: `apiKey` (the `x-api-key` header; give the stage to an `ApiKeyAccess`), `iam` (requests signed with Signature
   * Version 4 by a principal that may `execute-api:Invoke`), or `none`: whoever finds the URL can use it, at your cost, held back
   * by each method's throttle and `allowedCidrs` alone.
   * Default: `apiKey`. Local: enforced.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
   */
  readonly auth?: Auth;

  /**
   * The only addresses that may call, whatever else they show: a resource policy, in force with the same `up`.
   *
   * Shape: IPv4 and IPv6 blocks. A client behind a proxy or NAT counts with the proxy's address.
   * Default: none, any address. Errors: what is not a block; thrown by the constructor before anything is registered.
   * Local: enforced.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
   */
  readonly allowedCidrs?: readonly string[];

  /**
   * Who may call from other accounts, for `auth: "iam"`: the API's resource policy allows them, and they need
   * `execute-api:Invoke` in a policy of their own as well. Principals of the API's own account need the latter alone.
   *
   * Shape: account ids, which leave it to that account who of it may call, and ARNs of IAM roles or users, who have to be
   * there. Default: none. Errors: any other shape, another `auth`, or more than the policy can hold together with
   * `allowedCidrs`; thrown by the constructor before anything is registered. Local: enforced.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
   */
  readonly allowedPrincipals?: readonly string[];

  /**
   * Origins whose pages may call from a browser. Each path then answers OPTIONS, without credentials.
   *
   * Shape: as browsers send them, `https://app.example.com`. The functions behind the routes have to answer the same
   * origins: see `core/cors.ts`.
   * Default: none. Errors: any other shape, or an OPTIONS route of one's own beside it; thrown by the constructor before
   * anything is registered. Local: enforced.
   * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
   */
  readonly corsOrigins?: readonly string[];
}

/** Ends the sentence that `allowedPrincipals` needs IAM. */
export const noPrincipals = "who does not sign is no principal";

/** Checks who may call against what there is to call. @throws InputError */
export function checkApiAccess(
  {
    auth = "apiKey",
    allowedCidrs = [],
    allowedPrincipals = [],
    corsOrigins = [],
    ...connection
  }: ApiAccessArgs,
  routes: readonly Route[],
): void {
  checkConnection(connection);
  checkAllowedCidrs(allowedCidrs);
  checkArgument("allowedPrincipals", allowedPrincipals, principalsRule);
  if (auth !== "iam" && allowedPrincipals.length > 0) {
    throw new InputError(`allowedPrincipals needs auth to be iam: ${noPrincipals}`);
  }
  checkArgument("allowedCidrs and allowedPrincipals", { allowedCidrs, allowedPrincipals }, policyListsRule);
  checkCorsOrigins(corsOrigins);
  const own = routes.find(({ method }) => method === "OPTIONS");
  if (corsOrigins.length > 0 && own !== undefined) {
    throw new InputError(
      `route "OPTIONS ${own.path}" and corsOrigins exclude each other: corsOrigins answers OPTIONS on every path`,
    );
  }
}
