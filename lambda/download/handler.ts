import { LARGEST_LAMBDA_DOWNLOAD_BYTES } from "../../contract/limits.ts";
import type { RestProxyEvent } from "../../contract/rest-proxy-event.ts";
import { errorAnswer } from "../../core/error-answer.ts";
import {
  decodeObjectKey,
  downloadFailureFields,
  DownloadRecord,
  ObjectReader,
  openObject,
  type ObjectStore,
} from "../../core/object-stream/index.ts";
import type { StreamingHandler } from "../awslambda.ts";
import { createStreamingHandler, type HandlerOptions, type OpenedAnswer } from "../streaming-handler.ts";
import { encodedKeyOf, readRequest } from "./download-request.ts";

/** What the handler works with. */
export interface DownloadHandlerOptions extends HandlerOptions {
  readonly store: ObjectStore;
  /** Whether the log may name objects. */
  readonly logKeys: boolean;
}

/** Makes the function behind `GET` and `HEAD /download/{key+}`. */
export function createDownloadHandler({
  store,
  logKeys,
  ...options
}: DownloadHandlerOptions): StreamingHandler<RestProxyEvent> {
  const open = (event: RestProxyEvent, signal: AbortSignal) => openDownload(event, store, logKeys, signal);
  return createStreamingHandler({ open, failureFields: downloadFailureFields }, options);
}

async function openDownload(
  event: RestProxyEvent,
  store: ObjectStore,
  logKeys: boolean,
  signal: AbortSignal,
): Promise<OpenedAnswer> {
  const request = readRequest(event);
  const record = new DownloadRecord(logKeys);
  const describe: OpenedAnswer["describe"] = (entry) => record.describe(entry);
  try {
    record.key = decodeObjectKey(encodedKeyOf(event));
    record.reader = new ObjectReader(store, record.key, signal);
    const answer = await openObject(request, record.reader, { largestBytes: LARGEST_LAMBDA_DOWNLOAD_BYTES });
    record.objectBytes = answer.objectSize;
    return { answer, describe };
  } catch (error) {
    const { body, ...head } = errorAnswer(error);
    return { answer: request.method === "HEAD" ? head : { ...head, body: [body] }, error, describe };
  }
}
