import type { Exchange } from "../exchange.ts";
import { GatewayError } from "../gateway-error.ts";
import { readBody } from "../request-body.ts";
import { readRequestTarget, type RequestTarget } from "../request-target.ts";
import type { RestApi } from "../rest-api.ts";
import type { Route } from "../router.ts";
import type { Stage } from "../stage.ts";

/** A request to a method of a stage. */
export interface MethodRequest {
  readonly target: RequestTarget;
  readonly stage: Stage;
  readonly route: Route;
  /** Reads the body, once. */
  readonly body: () => Promise<Buffer>;
}

/**
 * Finds the stage and the method a request is for.
 *
 * @throws GatewayError for a request that is too long, an unknown stage, and a path or method without a route.
 */
export function readMethodRequest({ stages, limits }: RestApi, exchange: Exchange): MethodRequest {
  const { request, context } = exchange;
  const target = readRequestTarget(request, limits);
  context.target = target;
  const stage = stages.get(target.stageName);
  if (stage === undefined) throw new GatewayError("ACCESS_DENIED");
  context.stage = stage;
  const route = stage.router.find(target.pathInStage, context.httpMethod);
  if (route === undefined) throw new GatewayError("MISSING_AUTHENTICATION_TOKEN");
  context.route = route;
  let reading: Promise<Buffer> | undefined;
  return { target, stage, route, body: () => (reading ??= readBody(request, limits)) };
}
