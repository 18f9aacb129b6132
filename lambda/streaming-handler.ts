import type { RestProxyEvent } from "../contract/rest-proxy-event.ts";
import { withCorsHeaders } from "../core/cors.ts";
import { READER_PATIENCE_MILLISECONDS } from "../core/reader-patience.ts";
import { ReaderGoneError } from "../core/reader-gone-error.ts";
import { failureFields, outcomeOf, type FailureFields } from "../core/request-log.ts";
import type { StreamingHandler } from "./awslambda.ts";
import { headersOf } from "./event-headers.ts";
import type { InvocationLogEntry } from "./request-log.ts";
import { ResponseWriter } from "./response-writer.ts";

/** An answer to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks, each written as soon as it is there. */
  readonly body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** An answer ready to be sent, and what the log says about where it comes from. */
export interface OpenedAnswer {
  readonly answer: Answer;
  /** Why it is an error answer. */
  readonly error?: unknown;
  /** Adds what only this function knows, once the answer is sent or broken off. */
  readonly describe: (entry: InvocationLogEntry) => InvocationLogEntry;
}

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

/** What makes one function different from another. */
export interface AnswerSource {
  /** Makes the answer to a request. Must not throw. The signal is aborted once the reader is gone. */
  readonly open: (event: RestProxyEvent, signal: AbortSignal) => Promise<OpenedAnswer>;
  /** What the log says of an error; what it says of any when left out. */
  readonly failureFields?: (error: unknown) => FailureFields;
}

const FAILURE_GRACE_MILLISECONDS = 5_000;

/**
 * Makes a function that streams what it answers, and leaves one line in the log for each request.
 *
 * The handler resolves once the whole answer is with the runtime. When an answer that has begun cannot be brought
 * to its end it throws: the runtime then marks the response as failed, and lives on to serve the next request.
 */
export function createStreamingHandler(
  source: AnswerSource,
  options: HandlerOptions,
): StreamingHandler<RestProxyEvent> {
  const {
    writeLog,
    corsOrigins = [],
    readerPatienceMilliseconds = READER_PATIENCE_MILLISECONDS,
    failureGraceMilliseconds = FAILURE_GRACE_MILLISECONDS,
  } = options;
  const describeFailure = source.failureFields ?? failureFields;
  return async (event, stream, { awsRequestId }) => {
    const startedAt = performance.now();
    const writer = new ResponseWriter(stream, readerPatienceMilliseconds);
    const { answer, error, describe } = await source.open(event, writer.gone);
    const headers = withCorsHeaders(answer.headers, headersOf(event).origin, corsOrigins);
    const breakage = await send({ ...answer, headers }, writer);
    const entry: InvocationLogEntry = {
      requestId: event.requestContext.requestId,
      lambdaRequestId: awsRequestId,
      method: event.httpMethod,
      status: answer.status,
      outcome: outcomeOf(answer.status, breakage),
      ...describeFailure(breakage ?? error),
      bytesHandedOver: writer.bytesWritten,
      durationMilliseconds: Math.round(performance.now() - startedAt),
      ...(writer.begunAt !== undefined && {
        firstByteMilliseconds: Math.round(writer.begunAt - startedAt),
      }),
    };
    writeLog(JSON.stringify(describe(entry)));
    if (breakage === undefined) return;
    if (isStalled(breakage)) writer.endSoon(failureGraceMilliseconds);
    throw breakage;
  };
}

function isStalled(breakage: Error): boolean {
  return breakage instanceof ReaderGoneError && breakage.code === "reader_stalled";
}

/** @returns What kept the answer from being sent whole, if anything did. */
async function send(
  { status, headers, body = [] }: Answer,
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
