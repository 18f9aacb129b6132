import { CLIENT_GONE, type Exchange } from "../exchange.ts";
import { logFault } from "../execution-log.ts";
import { GatewayResponses } from "../gateway-responses.ts";
import { toGatewayError } from "../integration-failure.ts";
import { contextVariables } from "../request-context.ts";
import type { RestApi } from "../rest-api.ts";

/** Answers a request that failed with the gateway response of its stage. A client that has left gets none. */
export function sendGatewayResponse({ log }: RestApi, exchange: Exchange, error: unknown): void {
  if (exchange.signal.reason === CLIENT_GONE) return;
  const { context, request } = exchange;
  const gatewayError = toGatewayError(error, "STREAM");
  if (gatewayError.fault !== undefined) logFault(log, context, gatewayError.fault);
  // What is left of the request is read and forgotten, so that the connection can serve the next one.
  request.resume();
  context.error = gatewayError;
  const gatewayResponses = context.stage?.gatewayResponses ?? GatewayResponses.uncustomized;
  const { statusCode, headers, body } = gatewayResponses.render(
    gatewayError,
    contextVariables(context),
    request.headers,
  );
  exchange.send(
    statusCode,
    Object.entries(headers).map(([name, value]) => [name, [value]]),
    Buffer.from(body),
  );
}
