import type { RestProxyEvent } from "../contract/rest-proxy-event.ts";
import { withCorsHeaders } from "../core/cors.ts";
import type { HttpService, HttpResponse } from "../core/http.ts";
import { READER_PATIENCE_MILLISECONDS } from "../core/reader-patience.ts";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import { requestLogEntry } from "../core/request-log.ts";
import type { StreamingHandler } from "./awslambda.ts";
import { headersOf } from "./event-headers.ts";
import { readRequest } from "./event-request.ts";
import type { InvocationLogEntry } from "./request-log.ts";
import { ResponseWriter } from "./response-writer.ts";

/** What every function here runs with. */
export interface HandlerOptions {
  /** Takes one line, without its end. */
  readonly writeLog: (line: string) => void;
  /** Origins whose pages may read the answers; none when left out. */
  readonly corsOrigins?: readonly string[];
  /** How long nothing may be taken; `READER_PATIENCE_MILLISECONDS` when left out. */
  readonly readerPatienceMilliseconds?: number;
  /** How long the runtime may take to hand over that such a response failed; 5 s when left out. */
  readonly failureGraceMilliseconds?: number;
}

const FAILURE_GRACE_MILLISECONDS = 5_000;

/**
 * Makes a function that streams what it answers, and leaves one line in the log for each request.
 *
 * The handler resolves once the whole answer is with the runtime. When an answer that has begun cannot be brought
 * to its end it throws: the runtime then marks the response as failed, and lives on to serve the next request.
 */
export function createServiceHandler(
  service: HttpService,
  options: HandlerOptions,
): StreamingHandler<RestProxyEvent> {
  return createHandler((event, signal) => service(readRequest(event, signal)), options);
}

/** A response in the form that a chat's handler makes it in. */
export interface OpenedAnswer {
  readonly answer: Pick<HttpResponse, "status" | "headers" | "body">;
  /** Why it is an error response. */
  readonly error?: unknown;
  /** Adds what only this function knows, once the response is handed over or broken off. */
  readonly describe: (entry: InvocationLogEntry) => InvocationLogEntry;
}

/** The same for a function that reads its event itself. */
export function createStreamingHandler(
  { open }: { readonly open: (event: RestProxyEvent, signal: AbortSignal) => Promise<OpenedAnswer> },
  options: HandlerOptions,
): StreamingHandler<RestProxyEvent> {
  return createHandler(async (event, signal) => {
    const { answer, error, describe } = await open(event, signal);
    return { ...answer, error, logFields: (entry) => describe(entry as InvocationLogEntry) };
  }, options);
}

function createHandler(
  open: (event: RestProxyEvent, signal: AbortSignal) => Promise<HttpResponse>,
  {
    writeLog,
    corsOrigins = [],
    readerPatienceMilliseconds = READER_PATIENCE_MILLISECONDS,
    failureGraceMilliseconds = FAILURE_GRACE_MILLISECONDS,
  }: HandlerOptions,
): StreamingHandler<RestProxyEvent> {
  return async (event, stream, { awsRequestId }) => {
    const startedAt = performance.now();
    const writer = new ResponseWriter(stream, readerPatienceMilliseconds);
    const response = await open(event, writer.gone);
    const headers = withCorsHeaders(response.headers, headersOf(event).origin, corsOrigins);
    const breakage = await send({ ...response, headers }, writer);
    const { begunAt, bytesWritten: bytesHandedOver } = writer;
    const progress = { startedAt, begunAt, bytesHandedOver, breakage };
    const entry: InvocationLogEntry = {
      requestId: event.requestContext.requestId,
      lambdaRequestId: awsRequestId,
      ...requestLogEntry(event.httpMethod, response, progress),
    };
    writeLog(JSON.stringify({ ...entry, ...response.logFields(entry) }));
    if (breakage === undefined) return;
    if (isStalled(breakage)) writer.endSoon(failureGraceMilliseconds);
    throw breakage;
  };
}

function isStalled(breakage: Error): boolean {
  return breakage instanceof ReaderGoneError && breakage.code === "reader_stalled";
}

/** @returns What kept the response from being sent whole, if anything did. */
async function send(
  { status, headers, body = [] }: Pick<HttpResponse, "status" | "headers" | "body">,
  writer: ResponseWriter,
): Promise<Error | undefined> {
  try {
    writer.begin({ statusCode: status, headers });
    for await (const chunk of body) await writer.write(chunk);
    writer.end();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error("unknown", { cause: error });
  }
}
