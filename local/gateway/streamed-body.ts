import { once } from "node:events";
import type { LimitValues } from "../../contract/limits.ts";
import { capBandwidth } from "../bandwidth.ts";
import { unreadBytes } from "../host/unread-bytes.ts";
import { CLIENT_GONE, type Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import { describeFailure } from "./integration-failure.ts";

/** Settings of an API that a streamed response depends on. */
export interface StreamSettings {
  readonly limits: LimitValues;
  /** Longest time without a byte before the stream is cut. */
  readonly idleMilliseconds: number;
  /** Whether the client is held to API Gateway's bandwidth. */
  readonly enforceCaps: boolean;
  /** Told of a fault that the client sees as a connection cut in mid-response. */
  readonly onFault: (fault: string) => void;
}

/** Number of times a slow reader is checked within the idle timeout. */
const LOOKS_WHILE_IDLE = 20;

/** Ends the exchange when the timer is not refreshed for too long; the caller clears it. */
export function startIdleTimer(exchange: Exchange, idleMilliseconds: number): NodeJS.Timeout {
  return setTimeout(() => {
    exchange.abort(new GatewayError("INTEGRATION_TIMEOUT", { fault: `no byte for ${idleMilliseconds} ms` }));
  }, idleMilliseconds);
}

/**
 * Sends the body of a response whose status and headers are out, as it comes. One that cannot be completed is broken
 * off: the connection closes without the final chunk, which is how clients of AWS see it.
 *
 * @param chunks Ends with an error when the exchange is aborted.
 */
export async function sendStreamedBody(
  exchange: Exchange,
  statusCode: number,
  chunks: AsyncIterable<Buffer>,
  settings: StreamSettings & { readonly onProgress: () => void },
): Promise<void> {
  const { response } = exchange;
  response.on("error", () => {
    // What is written when the client has just left; the exchange ends because of that, too.
  });
  try {
    if (exchange.isBodiless(statusCode)) {
      for await (const chunk of chunks) if (chunk.length > 0) settings.onProgress();
    } else {
      await sendChunks(exchange, settings.enforceCaps ? capped(chunks, settings.limits) : chunks, settings);
    }
    response.end();
  } catch (error) {
    // Before the connection closes because of it, or it would pass for the client leaving.
    exchange.abort(error as Error);
    response.destroy();
    const reason: unknown = exchange.signal.reason;
    if (reason === CLIENT_GONE) return;
    settings.onFault(`broken off after ${exchange.context.responseLength} bytes: ${describeFailure(reason)}`);
  }
}

function capped(chunks: AsyncIterable<Buffer>, limits: LimitValues): AsyncIterable<Buffer> {
  return capBandwidth(chunks, {
    burstBytes: limits.gatewayStreamBurstBytes,
    bytesPerSecond: limits.gatewayStreamBytesPerSecond,
  });
}

/** Counts what leaves for the client, and holds it to the length its headers promise. */
async function sendChunks(
  exchange: Exchange,
  chunks: AsyncIterable<Buffer>,
  {
    onProgress,
    idleMilliseconds,
  }: Pick<StreamSettings, "idleMilliseconds"> & { readonly onProgress: () => void },
): Promise<void> {
  const { response, signal, context } = exchange;
  const header = response.getHeader("content-length");
  const promised = header === undefined ? undefined : Number(header);
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    context.integration.timeToFirstContent ??= exchange.integrationLatency();
    if (promised !== undefined && exchange.context.responseLength + chunk.length > promised) {
      throw wrongLength(`more than the ${promised} bytes of Content-Length`);
    }
    exchange.context.responseLength += chunk.length;
    onProgress();
    if (!response.write(chunk)) await drained(exchange, idleMilliseconds, onProgress);
  }
  if (promised !== undefined && exchange.context.responseLength < promised) {
    throw wrongLength(`less than the ${promised} bytes of Content-Length`);
  }
}

/** Whatever moves in the kernel is progress: it is long until Node.js hears of a slow reader. */
async function drained(
  { response, signal }: Exchange,
  idleMilliseconds: number,
  onProgress: () => void,
): Promise<void> {
  let unread: number | undefined;
  const look = async () => {
    const before = unread;
    if (response.socket !== null) unread = await unreadBytes(response.socket);
    if (before !== undefined && unread !== before) onProgress();
  };
  const looking = setInterval(() => void look(), idleMilliseconds / LOOKS_WHILE_IDLE);
  try {
    await once(response, "drain", { signal });
  } finally {
    clearInterval(looking);
  }
}

function wrongLength(fault: string): GatewayError {
  return new GatewayError("INTEGRATION_FAILURE", { fault });
}
