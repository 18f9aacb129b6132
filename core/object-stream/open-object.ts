import { limits } from "../../contract/limits.ts";
import { Refusal } from "../refusal.ts";
import {
  conditionsForS3,
  evaluateConditions,
  ifRangeForS3,
  ifRangeHolds,
  readConditions,
  readIfRange,
  type Conditions,
  type RequestHeaders,
} from "./conditional-headers.ts";
import {
  contentDisposition,
  requireValidParameters,
  type DownloadParameters,
} from "./content-disposition.ts";
import type { ObjectReader, OpenedObject, StoredObject } from "./object-reader.ts";
import { readRange, type ByteRange } from "./range-header.ts";
import {
  contentTypeOf,
  lengthOf,
  objectHeaders,
  validatorHeaders,
  type ResponseHeaders,
} from "./response-headers.ts";
import { refusalFor } from "./s3-failures.ts";
import { S3ReadError } from "./s3-read-error.ts";
import {
  defaultHealingTimes,
  ObjectChangedError,
  selfHealingBody,
  type HealingTimes,
} from "./self-healing-body.ts";

/** A request for the object a reader stands for. */
export interface ObjectRequest {
  readonly method: "GET" | "HEAD";
  readonly headers: RequestHeaders;
  readonly parameters: DownloadParameters;
}

/** What differs from one way of serving objects to another. */
export interface OpenObjectOptions {
  /** The longest body that may be answered with; no limit when left out. */
  readonly largestBytes?: number;
  readonly healingTimes?: HealingTimes;
}

/** An answer whose body, if it has one, is still to be read. */
export interface ObjectAnswer {
  readonly status: 200 | 206 | 304;
  readonly headers: ResponseHeaders;
  /** Absent in answer to HEAD and on a 304. Throws `BrokenBodyError` when it cannot be brought to its end. */
  readonly body?: AsyncIterable<Uint8Array>;
  /** Size of the whole object; not known on a 304. */
  readonly objectSize?: number;
}

/**
 * Answers a request for an object as HTTP has it: conditions, ranges, validators. Asks S3 once, and a second time
 * only when an `If-Range` does not hold. The reader's signal must be aborted when the answer is done with, also
 * when its body was never read.
 *
 * @throws Refusal.
 */
export async function openObject(
  request: ObjectRequest,
  reader: ObjectReader,
  options: OpenObjectOptions = {},
): Promise<ObjectAnswer> {
  requireValidParameters(request.parameters);
  try {
    return await (request.method === "HEAD"
      ? answerHead(request, reader)
      : answerGet(request, reader, options));
  } catch (error) {
    if (!(error instanceof S3ReadError)) throw error;
    if (error.status !== 304) throw refusalFor(error);
    const { etag, "last-modified": lastModified, "cache-control": cacheControl } = error.headers;
    return { status: 304, headers: validatorHeaders({ etag, lastModified, cacheControl }, reader.isPublic) };
  }
}

async function answerHead(request: ObjectRequest, reader: ObjectReader): Promise<ObjectAnswer> {
  const conditions = readConditions(request.headers);
  return answerWithout(await reader.head(conditionsForS3(conditions)), conditions, reader, request);
}

async function answerGet(
  request: ObjectRequest,
  reader: ObjectReader,
  { largestBytes = Infinity, healingTimes = defaultHealingTimes }: OpenObjectOptions,
): Promise<ObjectAnswer> {
  const conditions = readConditions(request.headers);
  const object = await openRequestedPart(request.headers, conditions, reader);
  try {
    const answer = answerWithout(object, conditions, reader, request);
    if (answer.status === 304) {
      object.body.destroy();
      return answer;
    }
    requireFit(object, largestBytes);
    return { ...answer, body: bodyOf(object, reader, healingTimes) };
  } catch (error) {
    object.body.destroy();
    throw error;
  }
}

/** GetObject has no If-Range: S3 is asked for the part on the condition that the object is the same. */
async function openRequestedPart(
  headers: RequestHeaders,
  conditions: Conditions,
  reader: ObjectReader,
): Promise<OpenedObject> {
  const range = readRange(headers["range"]);
  const ifRange = headers["if-range"];
  const s3Conditions = conditionsForS3(conditions);
  if (range === undefined || ifRange === undefined) return reader.get(s3Conditions, range);
  const demand = readIfRange(ifRange);
  try {
    const object = await reader.get({ ...ifRangeForS3(demand), ...s3Conditions }, range);
    if (ifRangeHolds(demand, object)) return object;
    object.body.destroy();
  } catch (error) {
    if (!(error instanceof S3ReadError && error.status === 412)) throw error;
  }
  return reader.get(s3Conditions);
}

function answerWithout(
  object: StoredObject,
  conditions: Conditions,
  { key, isPublic }: ObjectReader,
  { parameters }: ObjectRequest,
): ObjectAnswer {
  const { etag, lastModified, metadata, range, size } = object;
  switch (evaluateConditions(conditions, object)) {
    case "precondition_failed":
      throw new Refusal("precondition_failed");
    case "not_modified":
      return {
        status: 304,
        headers: validatorHeaders(
          { etag, lastModified: lastModified?.toUTCString(), cacheControl: metadata.CacheControl },
          isPublic,
        ),
      };
    case "hold":
      return {
        status: range ? 206 : 200,
        headers: objectHeaders(object, dispositionOf(key, object, parameters), isPublic),
        objectSize: size,
      };
  }
}

function dispositionOf(key: string, object: StoredObject, parameters: DownloadParameters): string {
  return contentDisposition(key, contentTypeOf(object), parameters, object.metadata.ContentDisposition);
}

function requireFit(object: StoredObject, largestBytes: number): void {
  if (lengthOf(object) <= largestBytes) return;
  const exampleBytes = Math.min(largestBytes, limits.lambdaStreamBurstBytes.value);
  throw new Refusal(
    "range_required",
    `The object has ${object.size} bytes and one answer carries at most ${largestBytes}. ` +
      `Ask for it in ranges, for example "Range: bytes=0-${exampleBytes - 1}".`,
    { headers: { "Accept-Ranges": "bytes", "X-Object-Size": String(object.size) } },
  );
}

function bodyOf(object: OpenedObject, reader: ObjectReader, times: HealingTimes): AsyncIterable<Uint8Array> {
  return selfHealingBody(
    {
      body: object.body,
      range: object.range ?? { first: 0, last: object.size - 1 },
      reopen: (range) => reopen(object, range, reader),
      signal: reader.signal,
    },
    times,
  );
}

async function reopen({ etag }: OpenedObject, range: ByteRange, reader: ObjectReader) {
  const { first, last } = range;
  const object = await reader.get({ IfMatch: etag }, `bytes=${first}-${last}`).catch((error: unknown) => {
    const isGone = error instanceof S3ReadError && (error.status === 412 || error.status === 404);
    throw isGone ? new ObjectChangedError("the object has changed or is gone", { cause: error }) : error;
  });
  if (object.etag === etag && object.range?.first === first && object.range.last === last) return object.body;
  object.body.destroy();
  throw new ObjectChangedError(`S3 answered something else than bytes ${first}-${last}`);
}
