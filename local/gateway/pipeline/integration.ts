import { invokeBuffered } from "../buffered-integration.ts";
import type { Exchange } from "../exchange.ts";
import { logFault } from "../execution-log.ts";
import { GatewayError } from "../gateway-error.ts";
import { sendHttpRequest } from "../http-proxy-integration.ts";
import { toGatewayError } from "../integration-failure.ts";
import { mockResponse } from "../mock-response.ts";
import type { RestApi } from "../rest-api.ts";
import { startIdleTimer } from "../streamed-body.ts";
import { invokeStreaming } from "../streamed-integration.ts";
import type { HttpProxyRequest, IntegrationRequest, LambdaRequest } from "./integration-request.ts";
import type { IntegrationResponse } from "../integration-result.ts";
import { sendIntegrationResponse } from "./integration-response.ts";

/**
 * Calls the integration and sends its response on, for no longer than the integration's timeout and, when streaming,
 * never idle for too long.
 *
 * @throws GatewayError before anything is sent.
 */
export async function integrate(
  api: RestApi,
  exchange: Exchange,
  request: IntegrationRequest,
): Promise<void> {
  const onFault = (fault: string) => logFault(api.log, exchange.context, fault);
  if (request.kind === "mock") {
    const response = mockResponse(exchange, request.integration, request.query);
    await sendIntegrationResponse(exchange, response, { ...api, onFault, onProgress: () => {} });
    return;
  }
  const { responseTransferMode, timeoutMilliseconds } = request.integration;
  exchange.context.integration.responseTransferMode = responseTransferMode;
  const fault = `the integration took longer than ${timeoutMilliseconds} ms`;
  const deadline = setTimeout(
    () => exchange.abort(new GatewayError("INTEGRATION_TIMEOUT", { fault })),
    timeoutMilliseconds,
  );
  const idle = responseTransferMode === "STREAM" ? startIdleTimer(exchange, api.idleMilliseconds) : undefined;
  exchange.startIntegration();
  try {
    const response = await call(api, exchange, request, onFault);
    await sendIntegrationResponse(exchange, response, { ...api, onFault, onProgress: () => idle?.refresh() });
  } catch (error) {
    throw toGatewayError(error, responseTransferMode);
  } finally {
    clearTimeout(deadline);
    clearTimeout(idle);
  }
}

function call(
  api: RestApi,
  exchange: Exchange,
  request: LambdaRequest | HttpProxyRequest,
  onFault: (fault: string) => void,
): Promise<IntegrationResponse> {
  if (request.kind === "private") return sendHttpRequest(exchange, api, request);
  return request.integration.responseTransferMode === "STREAM"
    ? invokeStreaming(exchange, api.lambda, request.invocation)
    : invokeBuffered(exchange, api.lambda, request.invocation, { ...api, onFault });
}
