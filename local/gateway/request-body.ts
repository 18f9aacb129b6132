import type { IncomingMessage } from "node:http";
import type { LimitValues } from "../../contract/limits.ts";
import { GatewayError } from "./gateway-error.ts";
import { matchesMediaType } from "./media-types.ts";

/** A request body as a proxy event carries it. */
export interface EventBody {
  /** `null` when the request has no body. */
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly byteLength: number;
}

/**
 * Reads the whole body: there is no streaming of requests.
 *
 * @throws GatewayError REQUEST_TOO_LARGE as soon as the limit is passed.
 */
export async function readBody(request: IncomingMessage, limits: LimitValues): Promise<Buffer> {
  const tooLarge = Number(request.headers["content-length"] ?? 0) > limits.gatewayRequestBytes;
  if (tooLarge) throw new GatewayError("REQUEST_TOO_LARGE");
  const chunks: Buffer[] = [];
  let byteLength = 0;
  // The connection must outlive a refusal, so that the client can read it.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    byteLength += chunk.length;
    if (byteLength > limits.gatewayRequestBytes) throw new GatewayError("REQUEST_TOO_LARGE");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A body as text: in base64 when the API declares its media type as binary. */
export function toEventBody(
  body: Buffer,
  contentType: string | undefined,
  binaryMediaTypes: readonly string[],
): EventBody {
  const { byteLength } = body;
  if (byteLength === 0) return { body: null, isBase64Encoded: false, byteLength };
  const isBase64Encoded = matchesMediaType(binaryMediaTypes, contentType);
  return { body: body.toString(isBase64Encoded ? "base64" : "utf8"), isBase64Encoded, byteLength };
}
