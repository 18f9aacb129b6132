import { addAbortSignal } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { LimitValues } from "../../contract/limits.ts";
import {
  MalformedPreludeError,
  PreludeParser,
  type ResponseMetadata,
} from "../../contract/response-prelude.ts";
import { capBandwidth } from "../bandwidth.ts";
import {
  HTTP_INTEGRATION_RESPONSE,
  type InvokeRequest,
  type InvokeResponseStream,
  type LambdaService,
} from "../lambda/lambda-service.ts";
import { CLIENT_GONE, type Exchange } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import { describeFailure } from "./integration-failure.ts";
import { toResponseHeaders } from "./response-headers.ts";

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

/**
 * Invokes the function and passes its response on as it comes: status and headers once the metadata is whole,
 * then every byte. A response that cannot be completed is broken off: the connection closes without the final
 * chunk, which is how clients of AWS see it.
 *
 * @throws GatewayError, MalformedPreludeError, InvalidResponseError, or what Lambda throws, before anything is sent.
 */
export async function answerStreamed(
  exchange: Exchange,
  lambda: LambdaService,
  invocation: InvokeRequest,
  settings: StreamSettings,
): Promise<void> {
  const idle = setTimeout(() => {
    exchange.abort(
      new GatewayError("INTEGRATION_TIMEOUT", { fault: `no byte for ${settings.idleMilliseconds} ms` }),
    );
  }, settings.idleMilliseconds);
  try {
    const stream = await exchange.untilAborted(invoke(exchange, lambda, invocation));
    const { metadata, payload } = await readHead(exchange, stream);
    await sendBody(exchange, metadata, payload, { ...settings, onProgress: () => idle.refresh() });
  } finally {
    clearTimeout(idle);
  }
}

/** The body is destroyed when the exchange ends early, also when Lambda answers only after that. */
async function invoke(
  exchange: Exchange,
  lambda: LambdaService,
  invocation: InvokeRequest,
): Promise<InvokeResponseStream> {
  const stream = await lambda.invokeWithResponseStream(invocation);
  stream.body.on("error", () => {
    // Every failure also reaches the reader; this one keeps a body nobody reads any more from ending the process.
  });
  addAbortSignal(exchange.signal, stream.body);
  return stream;
}

interface Head {
  readonly metadata: ResponseMetadata;
  readonly payload: AsyncGenerator<Buffer>;
}

/** Reads the metadata and sends it as status and headers; what follows it is the payload. */
async function readHead(exchange: Exchange, { body, contentType }: InvokeResponseStream): Promise<Head> {
  try {
    if (contentType !== HTTP_INTEGRATION_RESPONSE) {
      throw new MalformedPreludeError(`the content type is ${contentType}, which announces no metadata`);
    }
    const chunks = body[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
    const { metadata, payload } = await readPrelude(chunks);
    exchange.variables["integration.status"] = 200;
    exchange.variables["integration.timeToAllHeaders"] = exchange.integrationLatency();
    exchange.writeHead(metadata.statusCode ?? 200, toResponseHeaders(metadata, "STREAM"));
    exchange.response.flushHeaders();
    return { metadata, payload: resume(exchange, payload, chunks) };
  } catch (error) {
    body.destroy();
    throw exchange.signal.aborted ? exchange.signal.reason : error;
  }
}

async function readPrelude(
  chunks: AsyncIterator<Buffer>,
): Promise<{ metadata: ResponseMetadata; payload: Buffer }> {
  const parser = new PreludeParser();
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) return parser.end();
    const prelude = parser.push(next.value);
    if (prelude !== undefined) return prelude;
  }
}

/** The payload: what came with the end of the metadata, then the rest. */
async function* resume(
  exchange: Exchange,
  first: Buffer,
  rest: AsyncIterableIterator<Buffer>,
): AsyncGenerator<Buffer> {
  try {
    if (first.length > 0) yield first;
    yield* rest;
  } catch (error) {
    // Before the connection closes because of it, or it would pass for the client leaving.
    exchange.abort(error as Error);
    throw error;
  }
}

async function sendBody(
  exchange: Exchange,
  metadata: ResponseMetadata,
  payload: AsyncGenerator<Buffer>,
  settings: StreamSettings & { readonly onProgress: () => void },
): Promise<void> {
  const { response } = exchange;
  const measure = (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> => {
    return measured(exchange, chunks, settings.onProgress);
  };
  try {
    if (exchange.isBodiless(metadata.statusCode ?? 200)) {
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
