import type { LimitValues } from "../../contract/limits.ts";
import type { IntegrationResponse } from "./integration-result.ts";
import type { InvokeRequest, LambdaService } from "../lambda/lambda-service.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import { matchesMediaType } from "./media-types.ts";
import { parseProxyResponse, type ProxyResponse } from "./proxy-response.ts";
import { toResponseHeaders } from "./response-headers.ts";

/** The settings of an API that a buffered response depends on. */
export interface BufferedSettings {
  readonly limits: LimitValues;
  readonly binaryMediaTypes: readonly string[];
  /** Told of a fault that the client cannot see in the status. */
  readonly onFault: (fault: string) => void;
}

/**
 * Invokes the function and waits for its whole result.
 *
 * @throws GatewayError, or what Lambda throws.
 */
export async function invokeBuffered(
  exchange: Exchange,
  lambda: LambdaService,
  invocation: InvokeRequest,
  settings: BufferedSettings,
): Promise<IntegrationResponse> {
  const payload = await exchange.untilAborted(lambda.invoke(invocation));
  exchange.context.integration.latency = exchange.integrationLatency();
  exchange.context.integration.status = 200;
  const result = parseProxyResponse(payload);
  if (result.wasStreamed) {
    settings.onFault("the function streams, but the integration is BUFFERED: the body is lost");
  }
  const body = decodeBody(exchange, result, settings.binaryMediaTypes);
  if (body.length > settings.limits.gatewayBufferedResponseBytes) {
    throw new GatewayError("INTEGRATION_FAILURE", {
      statusCode: 502,
      fault: `the response of ${body.length} bytes is larger than a buffered one can be`,
    });
  }
  return { statusCode: result.statusCode, headers: toResponseHeaders(result, "BUFFERED"), body };
}

/**
 * Base64 is decoded only for a client whose first `Accept` type is a binary media type of the API. AWS also weighs
 * the response's own content type in some cases; that is not simulated.
 */
function decodeBody(exchange: Exchange, result: ProxyResponse, binaryMediaTypes: readonly string[]): Buffer {
  const isDecoded =
    result.isBase64Encoded && matchesMediaType(binaryMediaTypes, exchange.request.headers.accept);
  return Buffer.from(result.body, isDecoded ? "base64" : "utf8");
}
