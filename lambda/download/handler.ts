import { LARGEST_LAMBDA_DOWNLOAD_BYTES } from "../../contract/limits.ts";
import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import { errorAnswer } from "../../core/error-answer.ts";
import {
  decodeObjectKey,
  ObjectReader,
  openObject,
  type ObjectStore,
} from "../../core/object-stream/index.ts";
import type { StreamingHandler } from "../awslambda.ts";
import { encodedKeyOf, readRequest } from "./download-request.ts";
import { failureFields, keyFields, outcomeOf, type RequestLogEntry } from "./request-log.ts";
import { ReaderGoneError, ResponseWriter } from "./response-writer.ts";

/** What the handler works with. */
export interface DownloadHandlerOptions {
  readonly store: ObjectStore;
  /** Whether the log may name objects. */
  readonly logKeys: boolean;
  /** Takes one line, without its end. */
  readonly writeLog: (line: string) => void;
  /** How long a reader may take nothing; 60 s when left out. */
  readonly readerPatienceMilliseconds?: number;
  /** How long the runtime may take to hand over that such a response failed; 5 s when left out. */
  readonly failureGraceMilliseconds?: number;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  readonly objectSize?: number;
}

/** An answer ready to be sent, and what the log says about where it comes from. */
interface OpenedAnswer {
  readonly answer: Answer;
  readonly key: string | undefined;
  readonly reader: ObjectReader | undefined;
  /** Why it is an error answer. */
  readonly error?: unknown;
}

const READER_PATIENCE_MILLISECONDS = 60_000;
const FAILURE_GRACE_MILLISECONDS = 5_000;

/**
 * Makes the function behind `GET` and `HEAD /download/{key+}`.
 *
 * The handler resolves once the whole answer is with the runtime. When an answer that has begun cannot be brought
 * to its end it throws: the runtime then marks the response as failed, and lives on to serve the next request.
 */
export function createDownloadHandler(options: DownloadHandlerOptions): StreamingHandler<RestProxyEvent> {
  const {
    logKeys,
    writeLog,
    readerPatienceMilliseconds = READER_PATIENCE_MILLISECONDS,
    failureGraceMilliseconds = FAILURE_GRACE_MILLISECONDS,
  } = options;
  return async (event, stream, { awsRequestId }) => {
    const startedAt = performance.now();
    const writer = new ResponseWriter(stream, readerPatienceMilliseconds);
    const { answer, key, reader, error } = await open(event, options.store, writer.gone);
    const breakage = await send(answer, writer);
    const entry: RequestLogEntry = {
      requestId: event.requestContext.requestId,
      lambdaRequestId: awsRequestId,
      method: event.httpMethod,
      status: answer.status,
      outcome: outcomeOf(answer.status, breakage),
      ...failureFields(breakage ?? error),
      ...(key !== undefined && keyFields(key, logKeys)),
      ...(answer.objectSize !== undefined && { objectBytes: answer.objectSize }),
      bytesSent: writer.bytesWritten,
      durationMilliseconds: Math.round(performance.now() - startedAt),
      ...(writer.begunAt !== undefined && {
        firstByteMilliseconds: Math.round(writer.begunAt - startedAt),
      }),
      s3Requests: reader?.requests ?? 0,
      s3Retries: reader?.retries ?? 0,
    };
    writeLog(JSON.stringify(entry));
    if (breakage === undefined) return;
    if (isStalled(breakage)) writer.endSoon(failureGraceMilliseconds);
    throw breakage;
  };
}

function isStalled(breakage: Error): boolean {
  return breakage instanceof ReaderGoneError && breakage.code === "reader_stalled";
}

async function open(event: RestProxyEvent, store: ObjectStore, signal: AbortSignal): Promise<OpenedAnswer> {
  const request = readRequest(event);
  let key: string | undefined;
  let reader: ObjectReader | undefined;
  try {
    key = decodeObjectKey(encodedKeyOf(event));
    reader = new ObjectReader(store, key, signal);
    const answer = await openObject(request, reader, { largestBytes: LARGEST_LAMBDA_DOWNLOAD_BYTES });
    return { answer, key, reader };
  } catch (error) {
    const { body, ...head } = errorAnswer(error);
    return { answer: request.method === "HEAD" ? head : { ...head, body: [body] }, key, reader, error };
  }
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
