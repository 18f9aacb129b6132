import { pipeline } from "node:stream/promises";
import type { LimitValues } from "../../contract/limits.ts";
import { capBandwidth } from "../bandwidth.ts";
import { CLIENT_GONE, type Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import { describeFailure } from "./integration-failure.ts";

/** What a streamed answer needs to know about its API. */
export interface StreamSettings {
  readonly limits: LimitValues;
  /** How long no byte may pass before the stream is cut. */
  readonly idleMilliseconds: number;
  /** Whether the client is held to API Gateway's bandwidth. */
  readonly enforceCaps: boolean;
  /** Told of a fault that the client sees as a connection cut in mid-response. */
  readonly onFault: (fault: string) => void;
}

/** Ends the exchange when the timer is not refreshed for too long; the caller clears it. */
export function startIdleTimer(exchange: Exchange, idleMilliseconds: number): NodeJS.Timeout {
  return setTimeout(() => {
    exchange.abort(new GatewayError("INTEGRATION_TIMEOUT", { fault: `no byte for ${idleMilliseconds} ms` }));
  }, idleMilliseconds);
}

/**
 * Sends the body of a response whose status and headers are out, as it comes. One that cannot be completed is broken
 * off: the connection closes without the final chunk, which is how clients of AWS see it.
 */
export async function sendStreamedBody(
  exchange: Exchange,
  statusCode: number,
  chunks: AsyncIterable<Buffer>,
  settings: StreamSettings & { readonly onProgress: () => void },
): Promise<void> {
  const { response } = exchange;
  const payload = announcingFailure(exchange, chunks);
  const measure = (passed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => {
    return measured(exchange, passed, settings.onProgress);
  };
  try {
    if (exchange.isBodiless(statusCode)) {
      for await (const chunk of payload) if (chunk.length > 0) settings.onProgress();
      response.end();
    } else if (settings.enforceCaps) {
      const cap = capBandwidth({
        burstBytes: settings.limits.gatewayStreamBurstBytes,
        bytesPerSecond: settings.limits.gatewayStreamBytesPerSecond,
      });
      await pipeline(payload, cap, measure, response);
    } else {
      await pipeline(payload, measure, response);
    }
  } catch (error) {
    response.destroy();
    const reason: unknown = exchange.signal.aborted ? exchange.signal.reason : error;
    if (reason === CLIENT_GONE) return;
    settings.onFault(`broken off after ${exchange.responseLength} bytes: ${describeFailure(reason)}`);
  }
}

async function* announcingFailure(exchange: Exchange, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    // Before the connection closes because of it, or it would pass for the client leaving.
    exchange.abort(error as Error);
    throw error;
  }
}

/** Counts what leaves for the client, and holds it to the length its headers promise. */
async function* measured(
  exchange: Exchange,
  chunks: AsyncIterable<Buffer>,
  onProgress: () => void,
): AsyncGenerator<Buffer> {
  const header = exchange.response.getHeader("content-length");
  const promised = header === undefined ? undefined : Number(header);
  for await (const chunk of chunks) {
    exchange.variables["integration.timeToFirstContent"] ??= exchange.integrationLatency();
    if (promised !== undefined && exchange.responseLength + chunk.length > promised) {
      throw breakOff(exchange, `more than the ${promised} bytes of Content-Length`);
    }
    exchange.responseLength += chunk.length;
    onProgress();
    yield chunk;
  }
  if (promised !== undefined && exchange.responseLength < promised) {
    throw breakOff(exchange, `less than the ${promised} bytes of Content-Length`);
  }
}

function breakOff(exchange: Exchange, fault: string): Error {
  const error = new GatewayError("INTEGRATION_FAILURE", { fault });
  exchange.abort(error);
  return error;
}
