import type { IncomingMessage, ServerResponse } from "node:http";
import { Exchange } from "../exchange.ts";
import type { RestApi } from "../rest-api.ts";
import { authorize } from "./authorization.ts";
import { sendGatewayResponse } from "./gateway-response.ts";
import { integrate } from "./integration.ts";
import { buildIntegrationRequest } from "./integration-request.ts";
import { readMethodRequest } from "./method-request.ts";

/** Takes one request through API Gateway's steps, in their order. Never rejects. */
export async function executeRequest(
  api: RestApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const exchange = new Exchange(request, response, {
    apiId: api.restApi.id,
    accountId: api.accountId,
    requestTimeEpoch: api.now(),
  });
  try {
    const methodRequest = readMethodRequest(api, exchange);
    const authorizedRequest = await authorize(api, exchange, methodRequest);
    const integrationRequest = await buildIntegrationRequest(api, exchange, authorizedRequest);
    await integrate(api, exchange, integrationRequest);
  } catch (error) {
    sendGatewayResponse(api, exchange, error);
  }
}
