import type { Exchange } from "../exchange.ts";
import type { IntegrationResponse } from "../integration-result.ts";
import { sendStreamedBody, type StreamSettings } from "../streamed-body.ts";

/**
 * Sends an integration's response to the client: whole, or as it comes.
 *
 * @throws InvalidResponseError before anything is sent, for a status or header that HTTP cannot carry.
 */
export async function sendIntegrationResponse(
  exchange: Exchange,
  { statusCode, headers, body }: IntegrationResponse,
  settings: StreamSettings & { readonly onProgress: () => void },
): Promise<void> {
  if (Buffer.isBuffer(body)) {
    exchange.send(statusCode, headers, body);
    return;
  }
  try {
    exchange.writeHead(statusCode, headers);
  } catch (error) {
    body.destroy();
    throw error;
  }
  exchange.response.flushHeaders();
  await sendStreamedBody(exchange, statusCode, body.chunks, settings);
}
