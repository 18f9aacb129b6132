import type { Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import type { IntegrationResponse } from "./integration-result.ts";
import type { MockIntegration } from "./mock-integration.ts";

/**
 * The response of a mock integration, without a body.
 *
 * @param query The request's parameters, decoded.
 * @throws GatewayError when no template takes the request, or no response the status.
 */
export function mockResponse(
  exchange: Exchange,
  mock: MockIntegration,
  query: readonly [string, string][],
): IntegrationResponse {
  const { rawHeaders, headers: requestHeaders } = exchange.request;
  const mediaType = requestHeaders["content-type"]?.split(";")[0]?.trim() ?? "application/json";
  const statusCode = mock.statusCodes.get(mediaType);
  if (statusCode === undefined && mock.refusesOtherMediaTypes)
    throw new GatewayError("UNSUPPORTED_MEDIA_TYPE");
  const response =
    mock.responses.find(({ selectionPattern }) => selectionPattern?.test(String(statusCode))) ??
    mock.responses.find(({ selectionPattern }) => selectionPattern === undefined);
  if (statusCode === undefined || response === undefined) {
    throw new GatewayError("API_CONFIGURATION_ERROR", { fault: "the mock has no response for the request" });
  }
  // Names count as they are written, in the query as in the headers.
  const parameter = (name: string): string => {
    const given = [...query, ...pairsOf(rawHeaders)];
    return given.find(([other]) => other === name)?.[1] ?? "";
  };
  const headers = { ...response.headers, ...response.template?.evaluate(parameter) };
  return {
    statusCode: response.statusCode,
    headers: Object.entries({ "Content-Type": "application/json", ...headers }).map(([name, value]) => [
      name,
      [value],
    ]),
    body: Buffer.alloc(0),
  };
}

function pairsOf(rawHeaders: readonly string[]): [name: string, value: string][] {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ""]] : []));
}
