import type { ApiKeyAccess } from "./api-keys.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Route } from "./router.ts";
import type { Stage } from "./stage.ts";

/** A request that may go to its integration. */
export interface Admission {
  readonly route: Route;
  /** `undefined` when the method asks for none. */
  readonly apiKey: { readonly value: string; readonly access: ApiKeyAccess } | undefined;
}

/**
 * Takes a request through API Gateway's checks in their order: route, authorization, API key, throttles, quota.
 *
 * @throws GatewayError at the first check that fails.
 */
export function admit(exchange: Exchange, stage: Stage, target: RequestTarget): Admission {
  const { request, variables } = exchange;
  const route = stage.router.find(target.pathInStage, request.method ?? "");
  if (route === undefined) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN");
  variables["resourcePath"] = route.resource.path;
  variables["resourceId"] = route.resource.id;
  checkAuthorization(exchange, route, target);

  const apiKey = route.method.apiKeyRequired ? findApiKey(exchange, stage) : undefined;
  if (apiKey !== undefined) variables["identity.apiKeyId"] = apiKey.access.apiKeyId;
  if (!stage.throttles.take(route)) throw new GatewayError("THROTTLED");
  if (apiKey?.access.throttle?.take() === false) throw new GatewayError("THROTTLED");
  if (apiKey?.access.quota?.take() === false) throw new GatewayError("QUOTA_EXCEEDED");
  return { route, apiKey };
}

function checkAuthorization({ request }: Exchange, route: Route, target: RequestTarget): void {
  const { authorization } = route.method;
  if (authorization === "NONE") return;
  if (authorization === "AWS_IAM") {
    const isSigned =
      request.headers.authorization?.startsWith("AWS4-HMAC-SHA256") === true ||
      target.query.includes("X-Amz-Signature=");
    if (!isSigned) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN");
    return;
  }
  throw new GatewayError("API_CONFIGURATION_ERROR", {
    fault: `${authorization} authorization is not simulated`,
  });
}

function findApiKey({ request }: Exchange, stage: Stage): { value: string; access: ApiKeyAccess } {
  const value = String(request.headers["x-api-key"] ?? "");
  const access = stage.apiKeys.get(value);
  if (access === undefined) throw new GatewayError("INVALID_API_KEY");
  return { value, access };
}
