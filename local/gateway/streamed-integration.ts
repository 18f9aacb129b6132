import { addAbortSignal } from "node:stream";
import {
  MalformedPreludeError,
  PreludeParser,
  type ResponseMetadata,
} from "../../contract/response-prelude.ts";
import {
  HTTP_INTEGRATION_RESPONSE,
  type InvokeRequest,
  type InvokeResponseStream,
  type LambdaService,
} from "../lambda/lambda-service.ts";
import type { Exchange } from "./exchange.ts";
import { toResponseHeaders } from "./response-headers.ts";
import { sendStreamedBody, startIdleTimer, type StreamSettings } from "./streamed-body.ts";

/**
 * Invokes the function and passes its response on as it comes: status and headers once the metadata is whole,
 * then every byte.
 *
 * @throws GatewayError, MalformedPreludeError, InvalidResponseError, or what Lambda throws, before anything is sent.
 */
export async function answerStreamed(
  exchange: Exchange,
  lambda: LambdaService,
  invocation: InvokeRequest,
  settings: StreamSettings,
): Promise<void> {
  const idle = startIdleTimer(exchange, settings.idleMilliseconds);
  try {
    const stream = await exchange.untilAborted(invoke(exchange, lambda, invocation));
    const { metadata, payload } = await readHead(exchange, stream);
    const onProgress = () => idle.refresh();
    await sendStreamedBody(exchange, metadata.statusCode ?? 200, payload, { ...settings, onProgress });
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
    return { metadata, payload: resume(payload, chunks) };
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
async function* resume(first: Buffer, rest: AsyncIterableIterator<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* rest;
}
