import type { InvokeRequest } from "../../lambda/lambda-service.ts";
import { type BackendRequest, buildBackendRequest } from "../backend-request.ts";
import type { Exchange } from "../exchange.ts";
import { GatewayError } from "../gateway-error.ts";
import type { LambdaIntegration } from "../integration-definition.ts";
import type { MockIntegration } from "../mock-integration.ts";
import type { PrivateIntegration } from "../private-integration.ts";
import { buildProxyEvent } from "../proxy-event.ts";
import { toEventBody } from "../request-body.ts";
import { parseQuery } from "../request-target.ts";
import { executionArn } from "../resource-policy.ts";
import type { RestApi } from "../rest-api.ts";
import type { AuthorizedRequest } from "./authorization.ts";

/** A request as its integration takes it. */
export type IntegrationRequest = LambdaRequest | HttpProxyRequest | MockRequest;

/** An invocation of a function. */
export interface LambdaRequest {
  readonly kind: "lambda";
  readonly integration: LambdaIntegration;
  readonly invocation: InvokeRequest;
}

/** A request to a load balancer. */
export interface HttpProxyRequest {
  readonly kind: "private";
  readonly integration: PrivateIntegration;
  readonly request: BackendRequest;
}

/** A request that API Gateway answers by itself. */
export interface MockRequest {
  readonly kind: "mock";
  readonly integration: MockIntegration;
  /** Decoded. */
  readonly query: readonly [name: string, value: string][];
}

/**
 * Makes the method request one for its integration.
 *
 * @throws GatewayError for a body that is too long, a broken percent-encoding, or an integration that is not simulated.
 */
export async function buildIntegrationRequest(
  api: RestApi,
  exchange: Exchange,
  authorized: AuthorizedRequest,
): Promise<IntegrationRequest> {
  const { stage, target, route } = authorized;
  const { integration } = route.method;
  if (integration.kind === "unsupported") {
    throw new GatewayError("API_CONFIGURATION_ERROR", {
      fault: `${integration.type} integrations are not simulated`,
    });
  }
  if (integration.kind === "mock") {
    return { kind: "mock", integration, query: parseQuery(target.query) };
  }
  const contentType = exchange.request.headers["content-type"];
  const body = toEventBody(await authorized.body(), contentType, api.binaryMediaTypes);
  const source = {
    ...authorized,
    exchange,
    restApiId: api.restApi.id,
    accountId: api.accountId,
    body,
  };
  if (integration.kind === "private") {
    return { kind: "private", integration, request: buildBackendRequest(source, integration) };
  }
  // Path parameters stand as `*`.
  const resource = route.resource.path.replaceAll(/\{[^}]*\}/g, "*");
  const sourceArn = `${executionArn(api)}/${stage.name}/${exchange.context.httpMethod}${resource}`;
  const invocation: InvokeRequest = {
    functionArn: integration.functionArn,
    payload: Buffer.from(JSON.stringify(buildProxyEvent(source))),
    caller: { service: "apigateway.amazonaws.com", sourceArn },
  };
  return { kind: "lambda", integration, invocation };
}
