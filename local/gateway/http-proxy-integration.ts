import http, { type IncomingMessage } from "node:http";
import type { LimitValues } from "../../contract/limits.ts";
import type { LoopbackAddress } from "../elb/load-balancer.ts";
import { VpcLinkError, type VpcLinkService } from "./vpc-link-service.ts";
import type { BackendRequest } from "./backend-request.ts";
import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import type { PrivateIntegration } from "./private-integration.ts";
import { type FunctionHeaders, toResponseHeaders } from "./response-headers.ts";
import { sendStreamedBody, startIdleTimer, type StreamSettings } from "./streamed-body.ts";

/** The way from a REST API to HTTP endpoints. */
export interface Backends {
  readonly links: VpcLinkService;
  /** Keeps connections open between requests. */
  readonly agent: http.Agent;
}

/**
 * Sends the request to the endpoint and passes its response on: as it comes once all its headers are there, or
 * whole, by the transfer mode. The endpoint's status is the client's. A client that leaves takes the connection to the
 * endpoint with it, at once; on AWS nobody knows how soon.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-http.html
 *
 * @throws GatewayError or InvalidResponseError before anything is sent.
 */
export async function answerHttpProxy(
  exchange: Exchange,
  backends: Backends,
  integration: PrivateIntegration,
  request: BackendRequest,
  settings: StreamSettings,
): Promise<void> {
  const address = connect(backends.links, integration);
  const respond = () => exchange.untilAborted(send(exchange, backends.agent, address, request));
  if (integration.responseTransferMode === "BUFFERED") {
    await answerWhole(exchange, await respond(), settings.limits);
    return;
  }
  const idle = startIdleTimer(exchange, settings.idleMilliseconds);
  try {
    await answerAsItComes(exchange, await respond(), { ...settings, onProgress: () => idle.refresh() });
  } finally {
    clearTimeout(idle);
  }
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

async function answerAsItComes(
  exchange: Exchange,
  response: IncomingMessage,
  settings: StreamSettings & { readonly onProgress: () => void },
): Promise<void> {
  const statusCode = Number(response.statusCode);
  exchange.variables["integration.status"] = statusCode;
  exchange.variables["integration.timeToAllHeaders"] = exchange.integrationLatency();
  try {
    exchange.writeHead(statusCode, toResponseHeaders(headersOf(response), "STREAM"));
  } catch (error) {
    response.destroy();
    throw error;
  }
  exchange.response.flushHeaders();
  response.once("error", (error) => exchange.abort(networkError(error)));
  await sendStreamedBody(exchange, statusCode, response as AsyncIterable<Buffer>, settings);
}

async function answerWhole(
  exchange: Exchange,
  response: IncomingMessage,
  limits: LimitValues,
): Promise<void> {
  exchange.variables["integration.status"] = response.statusCode;
  const body = await exchange.untilAborted(readWhole(response, limits.gatewayBufferedResponseBytes));
  exchange.variables["integration.latency"] = exchange.integrationLatency();
  exchange.send(Number(response.statusCode), toResponseHeaders(headersOf(response), "BUFFERED"), body);
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
