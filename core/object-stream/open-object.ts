import { limits } from "../../contract/limits.ts";
import { Refusal } from "../refusal.ts";
import { evaluateConditions, ifRangeHolds } from "./conditional-headers.ts";
import { contentDisposition, type DownloadParameters } from "./content-disposition.ts";
import { partConditions, type DownloadPlan } from "./download-plan.ts";
import type { ObjectReader, OpenedObject, StoredObject } from "./object-reader.ts";
import type { ByteRange } from "./range-header.ts";
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
 * only when an `If-Range` does not hold. The reader's signal must be aborted when the response is done with, also
 * when its body was never read.
 *
 * @throws Refusal.
 */
export async function openObject(
  plan: DownloadPlan,
  reader: ObjectReader,
  options: OpenObjectOptions = {},
): Promise<ObjectAnswer> {
  try {
    const object =
      plan.method === "HEAD" ? await reader.head(plan.s3Conditions) : await openPart(plan, reader);
    return respond(plan, object, reader, options);
  } catch (error) {
    if (!(error instanceof S3ReadError)) throw error;
    if (error.status !== 304) throw refusalFor(error);
    const { etag, "last-modified": lastModified, "cache-control": cacheControl } = error.headers;
    return { status: 304, headers: validatorHeaders({ etag, lastModified, cacheControl }, reader.isPublic) };
  }
}

/** The part asked for, or the whole when the object is not the one that `If-Range` names. */
async function openPart(plan: DownloadPlan, reader: ObjectReader): Promise<OpenedObject> {
  const { range, ifRange, s3Conditions } = plan;
  if (ifRange === undefined) return reader.get(s3Conditions, range);
  try {
    const object = await reader.get(partConditions(plan), range);
    if (ifRangeHolds(ifRange, object)) return object;
    object.body.destroy();
  } catch (error) {
    if (!(error instanceof S3ReadError && error.status === 412)) throw error;
  }
  return reader.get(s3Conditions);
}

/** @param object With a body, unless it was only asked about; one that is not sent is let go. */
function respond(
  { conditions, parameters }: DownloadPlan,
  object: StoredObject | OpenedObject,
  reader: ObjectReader,
  { largestBytes = Infinity, healingTimes = defaultHealingTimes }: OpenObjectOptions,
): ObjectAnswer {
  const opened = "body" in object ? object : undefined;
  const { etag, lastModified, metadata, range, size } = object;
  const verdict = evaluateConditions(conditions, object);
  try {
    if (verdict === "precondition_failed") throw new Refusal("precondition_failed");
    if (opened && verdict === "hold") requireFit(object, largestBytes);
  } catch (error) {
    opened?.body.destroy();
    throw error;
  }
  if (verdict === "not_modified") {
    opened?.body.destroy();
    const stored = { etag, lastModified: lastModified?.toUTCString(), cacheControl: metadata.CacheControl };
    return { status: 304, headers: validatorHeaders(stored, reader.isPublic) };
  }
  return {
    status: range ? 206 : 200,
    headers: objectHeaders(object, dispositionOf(reader.key, object, parameters), reader.isPublic),
    objectSize: size,
    ...(opened && { body: bodyOf(opened, reader, healingTimes) }),
  };
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
