import http, { type IncomingMessage } from "node:http";
import type { LimitValues } from "../../contract/limits.ts";
import type { LoopbackAddress } from "../elb/load-balancer.ts";
import { VpcLinkError, type VpcLinkService } from "./vpc-link-service.ts";
import type { BackendRequest } from "./backend-request.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import type { IntegrationResponse } from "./integration-result.ts";
import type { PrivateIntegration } from "./private-integration.ts";
import { type FunctionHeaders, toResponseHeaders } from "./response-headers.ts";

/** The way from a REST API to HTTP endpoints. */
export interface Backends {
  readonly links: VpcLinkService;
  /** Keeps connections open between requests. */
  readonly agent: http.Agent;
}

/**
 * Sends the request to the endpoint and waits for its response: for all headers when it is streamed, whole when it is
 * buffered. The endpoint's status is the client's. A client that leaves takes the connection to the endpoint with it,
 * at once; on AWS nobody knows how soon.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-http.html
 *
 * @throws GatewayError
 */
export async function sendHttpRequest(
  exchange: Exchange,
  { backends, limits }: { readonly backends: Backends; readonly limits: LimitValues },
  { integration, request }: { readonly integration: PrivateIntegration; readonly request: BackendRequest },
): Promise<IntegrationResponse> {
  const address = connect(backends.links, integration);
  const response = await exchange.untilAborted(send(exchange, backends.agent, address, request));
  return integration.responseTransferMode === "STREAM"
    ? streamedResponse(exchange, response)
    : await bufferedResponse(exchange, response, limits);
}

function connect(links: VpcLinkService, integration: PrivateIntegration): LoopbackAddress {
  try {
    return links.connect(integration);
  } catch (error) {
    if (!(error instanceof VpcLinkError)) throw error;
    // A connection that nothing answers ends with the integration's timeout on AWS; here there is no use in waiting.
    // The other: https://repost.aws/knowledge-center/api-gateway-500-error-vpc
    const responseType = error.reason === "blocked" ? "INTEGRATION_TIMEOUT" : "API_CONFIGURATION_ERROR";
    throw new GatewayError(responseType, { fault: error.message });
  }
}

function send(
  exchange: Exchange,
  agent: http.Agent,
  { host, port }: LoopbackAddress,
  { method, path, headers, body }: BackendRequest,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host, port, agent, method, path, headers, signal: exchange.signal },
      resolve,
    );
    request.maxHeadersCount = 0;
    request.on("error", (error) => reject(networkError(error))).end(body);
  });
}

function streamedResponse(exchange: Exchange, response: IncomingMessage): IntegrationResponse {
  const statusCode = Number(response.statusCode);
  exchange.context.integration.status = statusCode;
  exchange.context.integration.timeToAllHeaders = exchange.integrationLatency();
  response.once("error", (error) => exchange.abort(networkError(error)));
  return {
    statusCode,
    headers: toResponseHeaders(headersOf(response), "STREAM"),
    body: { chunks: response as AsyncIterable<Buffer>, destroy: () => response.destroy() },
  };
}

async function bufferedResponse(
  exchange: Exchange,
  response: IncomingMessage,
  limits: LimitValues,
): Promise<IntegrationResponse> {
  const { integration } = exchange.context;
  integration.status = response.statusCode;
  const body = await exchange.untilAborted(readWhole(response, limits.gatewayBufferedResponseBytes));
  integration.latency = exchange.integrationLatency();
  const headers = toResponseHeaders(headersOf(response), "BUFFERED");
  return { statusCode: Number(response.statusCode), headers, body };
}

async function readWhole(response: IncomingMessage, longestBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of bodyOf(response)) {
    byteLength += chunk.length;
    if (byteLength > longestBytes) {
      throw new GatewayError("INTEGRATION_FAILURE", {
        statusCode: 500,
        fault: `the response is larger than the ${longestBytes} bytes a buffered one can have`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** As the endpoint wrote them: several of one name stay several. */
function headersOf(response: IncomingMessage): FunctionHeaders {
  const multiValueHeaders = new Map<string, string[]>();
  for (let index = 0; index < response.rawHeaders.length; index += 2) {
    const [name, value] = response.rawHeaders.slice(index, index + 2).map(String) as [string, string];
    const known = [...multiValueHeaders.keys()].find((key) => key.toLowerCase() === name.toLowerCase());
    multiValueHeaders.set(known ?? name, [...(multiValueHeaders.get(known ?? name) ?? []), value]);
  }
  return { multiValueHeaders: Object.fromEntries(multiValueHeaders) };
}

async function* bodyOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  try {
    yield* response as AsyncIterable<Buffer>;
  } catch (error) {
    throw networkError(error as Error);
  }
}

/** Status and message as clients of AWS see them for an endpoint that hangs up. */
function networkError(cause: Error): GatewayError {
  const { code = cause.message } = cause as NodeJS.ErrnoException;
  return new GatewayError("INTEGRATION_FAILURE", {
    statusCode: 504,
    message: "Network error communicating with endpoint",
    fault: `the connection to the load balancer failed: ${code}`,
  });
}
