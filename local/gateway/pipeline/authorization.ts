import type { ApiKeyAccess } from "../api-keys.ts";
import type { Exchange } from "../exchange.ts";
import { GatewayError } from "../gateway-error.ts";
import {
  type AuthorizationSource,
  type SignedCaller,
  authorizeMethod,
  callerIdentity,
} from "../method-authorization.ts";
import type { Stage } from "../stage.ts";
import type { MethodRequest } from "./method-request.ts";

/** A request that may go to its integration. */
export interface AuthorizedRequest extends MethodRequest {
  /** `undefined` when the method asks for none. */
  readonly apiKey: { readonly value: string; readonly access: ApiKeyAccess } | undefined;
  /** `undefined` when the method asks for no signature. */
  readonly caller: SignedCaller | undefined;
}

/**
 * Checks a request in API Gateway's order: signature and policies, API key, throttles, quota.
 *
 * @throws GatewayError at the first check that fails.
 */
export async function authorize(
  source: AuthorizationSource,
  exchange: Exchange,
  methodRequest: MethodRequest,
): Promise<AuthorizedRequest> {
  const { context } = exchange;
  const { route, stage } = methodRequest;
  const { path } = methodRequest.target;
  const { resourcePolicy } = stage;
  const { body } = methodRequest;
  const caller = await authorizeMethod(source, { exchange, route, path, resourcePolicy, body });
  if (caller !== undefined) context.caller = callerIdentity(caller, source.accountId);

  const apiKey = route.method.apiKeyRequired ? findApiKey(exchange, stage) : undefined;
  if (apiKey !== undefined) context.apiKeyId = apiKey.access.apiKeyId;
  if (!stage.throttles.take(route)) throw new GatewayError("THROTTLED");
  if (apiKey?.access.throttle?.take() === false) throw new GatewayError("THROTTLED");
  if (apiKey?.access.quota?.take() === false) throw new GatewayError("QUOTA_EXCEEDED");
  return { ...methodRequest, apiKey, caller };
}

function findApiKey({ request }: Exchange, stage: Stage): { value: string; access: ApiKeyAccess } {
  const value = String(request.headers["x-api-key"] ?? "");
  const access = stage.apiKeys.get(value);
  if (access === undefined) throw new GatewayError("INVALID_API_KEY");
  return { value, access };
}
