import { errorAnswer } from "../error-answer.ts";
import type { HttpService } from "../http.ts";
import { readDownloadPlan } from "./download-plan.ts";
import { decodeObjectKey } from "./object-key.ts";
import { downloadLogFields, type DownloadRecord } from "./object-log.ts";
import { ObjectReader, type ObjectStore } from "./object-reader.ts";
import { openObject, type OpenObjectOptions } from "./open-object.ts";

/** What is served, and how it is logged. */
export interface DownloadServiceOptions extends OpenObjectOptions {
  readonly store: ObjectStore;
  /** Whether the log may name objects. */
  readonly logKeys: boolean;
}

/** `GET` and `HEAD` of objects: the request's path is the object's key. */
export function downloadService({ store, logKeys, ...options }: DownloadServiceOptions): HttpService {
  return async (request) => {
    const record: DownloadRecord = {};
    const logFields = () => downloadLogFields(record, logKeys);
    try {
      record.key = decodeObjectKey(request.path);
      record.reader = new ObjectReader(store, record.key, request.signal);
      const { objectSize, ...response } = await openObject(readDownloadPlan(request), record.reader, options);
      record.objectBytes = objectSize;
      return { ...response, logFields };
    } catch (error) {
      const { body, ...head } = errorAnswer(error);
      return { ...head, ...(request.method !== "HEAD" && { body: [body] }), error, logFields };
    }
  };
}
