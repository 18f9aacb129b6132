import type { IncomingMessage } from "node:http";
import { type BandwidthCap, capBandwidth } from "../bandwidth.ts";
import type { CallerResponse } from "./caller-response.ts";
import { FunctionError } from "./lambda-service.ts";
import { parseError } from "./runtime-api.ts";

export interface ResponseLimits {
  /** Largest size of a buffered response. */
  readonly bufferedBytes: number;
  readonly streamedBytes: number;
  /** `undefined` lets the response through as fast as the caller takes it. */
  readonly cap: BandwidthCap | undefined;
}

/**
 * Brings a runtime's response to the caller, at the caller's pace or the cap's, whichever is slower. When the
 * caller is gone it reads on: Lambda does not stop a function for that.
 *
 * @throws Error when the runtime cuts the connection; the response is then still open, for the reason to be told.
 */
export async function readResponse(
  request: IncomingMessage,
  caller: CallerResponse,
  limits: ResponseLimits,
): Promise<void> {
  const contentType = request.headers["content-type"] ?? "application/octet-stream";
  if (request.headers["lambda-runtime-function-response-mode"] === "streaming") {
    await readStreamed(request, contentType, caller, limits);
  } else {
    await readBuffered(request, contentType, caller, limits.bufferedBytes);
  }
}

async function readStreamed(
  request: IncomingMessage,
  contentType: string,
  caller: CallerResponse,
  { cap, streamedBytes }: ResponseLimits,
): Promise<void> {
  const chunks = request as AsyncIterable<Buffer>;
  let bytes = 0;
  for await (const chunk of cap === undefined ? chunks : capBandwidth(chunks, cap)) {
    if (bytes < streamedBytes) await caller.write(contentType, chunk.subarray(0, streamedBytes - bytes));
    bytes += chunk.length;
    if (bytes > streamedBytes) caller.fail(tooLarge(streamedBytes));
  }
  const error = trailingError(request);
  if (error === undefined) caller.end(contentType);
  else caller.fail(error);
}

async function readBuffered(
  request: IncomingMessage,
  contentType: string,
  caller: CallerResponse,
  maxBytes: number,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  if (bytes > maxBytes) {
    caller.fail(tooLarge(maxBytes));
  } else {
    await caller.write(contentType, Buffer.concat(chunks));
    caller.end(contentType);
  }
}

/** Lambda's words for a response beyond its limit, buffered or streamed. */
function tooLarge(maxBytes: number): FunctionError {
  return new FunctionError(
    "Function.ResponseSizeTooLarge",
    `Response payload size exceeded maximum allowed payload size (${maxBytes} bytes).`,
  );
}

/** A streaming runtime reports an error after the fact, in trailers; the body is JSON in base64. */
function trailingError(request: IncomingMessage): FunctionError | undefined {
  const errorType = request.trailers["lambda-runtime-function-error-type"];
  if (errorType === undefined) return undefined;
  const body = request.trailers["lambda-runtime-function-error-body"] ?? "";
  const error = parseError(Buffer.from(body, "base64"));
  return new FunctionError(errorType, error.message);
}
