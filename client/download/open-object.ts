import { mayPass, readApiError, refusedBy } from "../api-error.ts";
import { ClientError } from "../client-error.ts";
import type { ByteRange } from "./byte-range.ts";
import { describeObject, isEncoded, type ObjectDescription } from "./object-description.ts";
import type { KnownObject } from "./range-reader.ts";
import { requestObject, type ObjectLocation } from "./object-request.ts";
import { delay, retryDelay, type RetryPolicy } from "../retry-policy.ts";

/** A download whose first response has begun. */
export interface OpenedObject extends ObjectDescription {
  /** The answer to a request for `firstRange`. Absent when the object is empty. */
  readonly response?: Response;
  /** What the response holds: the first range, or all where the API answers with nothing else. */
  readonly firstRange?: ByteRange;
}

/**
 * Asks for the first range, and by HEAD at the same time for what a range's answer lacks: the digest of the whole.
 *
 * @throws ClientError
 */
export async function openObject(
  location: ObjectLocation,
  rangeBytes: number,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<OpenedObject> {
  const [first, head] = await Promise.all([
    firstAnswer(location, rangeBytes, policy, signal),
    describeByHead(location, signal),
  ]);
  const { size, etag, sha256 } = head ?? {};
  const isSame = etag !== undefined && etag === first.etag && size === first.size;
  return { ...first, ...(isSame && sha256 !== undefined && { sha256 }) };
}

/**
 * Looks at an object that an earlier download knew. No bytes are asked for.
 *
 * @throws ClientError `changed` when it is another one by now.
 */
export async function reopenObject(
  location: ObjectLocation,
  known: KnownObject,
  signal: AbortSignal,
): Promise<OpenedObject> {
  const object = await describeByHead(location, signal);
  if (object === undefined) return { ...known, contentType: "application/octet-stream" };
  if (object.etag === known.etag && (object.size ?? known.size) === known.size) {
    return { ...object, ...known };
  }
  throw new ClientError("changed", "The object has changed since the download began.");
}

async function firstAnswer(
  location: ObjectLocation,
  rangeBytes: number,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<OpenedObject> {
  let headers: Readonly<Record<string, string>> = { range: `bytes=0-${rangeBytes - 1}` };
  for (let tries = 1; ; tries++) {
    const isLast = tries >= policy.maxTries;
    const response = await requestObject(location, "GET", headers, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (isLast) throw new ClientError("unreachable", "The API could not be reached.", { cause: error });
      return undefined;
    });
    if (response?.status === 206 && isEncoded(response)) {
      // A part of an encoded object cannot be decoded by itself.
      await response.body?.cancel();
      headers = {};
      continue;
    }
    if (response?.status === 200 || response?.status === 206) return readFirstAnswer(response, rangeBytes);
    if (response?.status === 416) {
      const object = describeObject(response);
      if (object.size === 0) return object;
    }
    const apiError = response && (await readApiError(response));
    const { retryAfterMilliseconds = 0 } = apiError ?? {};
    const isTooLong = retryAfterMilliseconds > policy.maxDelayMilliseconds;
    if (apiError !== undefined && (isLast || isTooLong || !mayPass(apiError))) throw refusedBy(apiError);
    await delay(retryDelay(policy, tries, retryAfterMilliseconds), signal);
  }
}

function readFirstAnswer(response: Response, rangeBytes: number): OpenedObject {
  const { size, ...object } = describeObject(response);
  if (response.status === 200 && (size === undefined || isEncoded(response))) return { ...object, response };
  if (size === undefined) {
    throw new ClientError("malformed", "The API sent a part without saying which.", {
      status: response.status,
    });
  }
  if (size === 0) return { ...object, size };
  const last = response.status === 200 ? size - 1 : Math.min(rangeBytes, size) - 1;
  if (response.status === 206) {
    const expected = `bytes 0-${last}/${size}`;
    if (response.headers.get("content-range") !== expected) {
      throw new ClientError("malformed", "The API sent other bytes than those it was asked for.", {
        status: response.status,
      });
    }
  }
  return { ...object, size, response, firstRange: { first: 0, last } };
}

/** What HEAD says; nothing where it is not answered, since no download depends on it. */
async function describeByHead(
  location: ObjectLocation,
  signal: AbortSignal,
): Promise<ObjectDescription | undefined> {
  try {
    const response = await requestObject(location, "HEAD", {}, signal);
    return response.status === 200 ? describeObject(response) : undefined;
  } catch {
    return undefined;
  }
}
