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
import type { IntegrationResponse } from "./integration-result.ts";
import { toResponseHeaders } from "./response-headers.ts";

/**
 * Invokes the function and waits for the metadata of its response; the payload is still to come.
 *
 * @throws MalformedPreludeError, or what Lambda throws.
 */
export async function invokeStreaming(
  exchange: Exchange,
  lambda: LambdaService,
  invocation: InvokeRequest,
): Promise<IntegrationResponse> {
  const { body, contentType } = await exchange.untilAborted(invoke(exchange, lambda, invocation));
  try {
    if (contentType !== HTTP_INTEGRATION_RESPONSE) {
      throw new MalformedPreludeError(`the content type is ${contentType}, which announces no metadata`);
    }
    const chunks = body[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
    const { metadata, payload } = await readPrelude(chunks);
    exchange.context.integration.status = 200;
    exchange.context.integration.timeToAllHeaders = exchange.integrationLatency();
    return {
      statusCode: metadata.statusCode ?? 200,
      headers: toResponseHeaders(metadata, "STREAM"),
      body: { chunks: resume(payload, chunks), destroy: () => body.destroy() },
    };
  } catch (error) {
    body.destroy();
    throw exchange.signal.aborted ? exchange.signal.reason : error;
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
