import type { ApiKeyAccess } from "./api-keys.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import {
  type AuthorizationSource,
  type SignedCaller,
  authorizeMethod,
  callerIdentity,
} from "./method-authorization.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Route } from "./router.ts";
import type { Stage } from "./stage.ts";

/** A request that may go to its integration. */
export interface Admission {
  readonly route: Route;
  /** `undefined` when the method asks for none. */
  readonly apiKey: { readonly value: string; readonly access: ApiKeyAccess } | undefined;
  /** `undefined` when the method asks for no signature. */
  readonly caller: SignedCaller | undefined;
}

/**
 * Takes a request through API Gateway's checks in their order: route, signature and policies, API key, throttles, quota.
 *
 * @param body Asked for where a signature covers it.
 * @throws GatewayError at the first check that fails.
 */
export async function admit(
  source: AuthorizationSource,
  exchange: Exchange,
  stage: Stage,
  target: RequestTarget,
  body: () => Promise<Buffer>,
): Promise<Admission> {
  const { request, variables } = exchange;
  const route = stage.router.find(target.pathInStage, request.method ?? "");
  if (route === undefined) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN");
  variables["resourcePath"] = route.resource.path;
  variables["resourceId"] = route.resource.id;
  const { path } = target;
  const { resourcePolicy } = stage;
  const caller = await authorizeMethod(source, { exchange, route, path, resourcePolicy, body });
  const identity = caller && callerIdentity(caller, source.accountId);
  for (const [name, value] of Object.entries(identity ?? {})) variables[`identity.${name}`] = value;

  const apiKey = route.method.apiKeyRequired ? findApiKey(exchange, stage) : undefined;
  if (apiKey !== undefined) variables["identity.apiKeyId"] = apiKey.access.apiKeyId;
  if (!stage.throttles.take(route)) throw new GatewayError("THROTTLED");
  if (apiKey?.access.throttle?.take() === false) throw new GatewayError("THROTTLED");
  if (apiKey?.access.quota?.take() === false) throw new GatewayError("QUOTA_EXCEEDED");
  return { route, apiKey, caller };
}

function findApiKey({ request }: Exchange, stage: Stage): { value: string; access: ApiKeyAccess } {
  const value = String(request.headers["x-api-key"] ?? "");
  const access = stage.apiKeys.get(value);
  if (access === undefined) throw new GatewayError("INVALID_API_KEY");
  return { value, access };
}
