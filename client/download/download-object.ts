import { noCredentials, type Authorizer } from "../authorizer.ts";
import { bodyChunks } from "../body-chunks.ts";
import { ClientError } from "../client-error.ts";
import { splitRange, totalLength, type ByteRange } from "./byte-range.ts";
import { Concurrency } from "./concurrency.ts";
import type { ObjectDescription } from "./object-description.ts";
import { objectUrl, type ObjectLocation } from "./object-request.ts";
import { openObject, reopenObject, type OpenedObject } from "./open-object.ts";
import { orderedRanges } from "./ordered-ranges.ts";
import { ProgressMeter, type DownloadProgress } from "./progress.ts";
import { RangeReader, type KnownObject, type WriteBytes } from "./range-reader.ts";
import { defaultRetryPolicy, type RetryPolicy } from "../retry-policy.ts";

/** Digest that is fed piece by piece, which WebCrypto has none of. */
export interface IncrementalHash {
  update(bytes: Uint8Array): unknown;
  /** In base64. */
  digest(): string;
}

/** Download of one object. */
export interface DownloadOptions {
  /** URL of the download route: the API's own and `/download`, or that of another runtime. */
  readonly url: string;
  /** Key of the object, as S3 has it. */
  readonly key: string;
  /** Default: no credentials. */
  readonly authorizer?: Authorizer;
  /** Bytes of one range: less than 6 MiB, so that no response meets a bandwidth cap. Default: 5 MiB. */
  readonly rangeBytes?: number;
  /** Ranges side by side at the start. Default: 8. */
  readonly concurrency?: number;
  /** Most ranges side by side. Default: `concurrency`. */
  readonly maxConcurrency?: number;
  readonly signal?: AbortSignal;
  /** Told of progress, ten times a second at most. */
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Bounds of what is borne. Default: `defaultRetryPolicy`. */
  readonly retry?: Partial<RetryPolicy>;
  /** Takes the SHA-256 of the bytes in order, to compare it with the API's. Default: no comparison. */
  readonly createHash?: () => IncrementalHash;
  /** Default: the platform's own. */
  readonly fetch?: typeof fetch;
  /** The object as an earlier, unfinished download knew it: the download goes on only while it is the same. */
  readonly known?: KnownObject;
}

/** Default of `rangeBytes`. */
export const DEFAULT_RANGE_BYTES = 5 * 1024 * 1024;
/** Default of `concurrency`. */
export const DEFAULT_CONCURRENCY = 8;

/**
 * Begins a download: the object is there, and its first bytes are on their way.
 *
 * @throws ClientError `refused`, `unreachable` or `malformed`; the signal's reason.
 */
export async function downloadObject(options: DownloadOptions): Promise<ObjectDownload> {
  const { url, key, authorizer = noCredentials, rangeBytes = DEFAULT_RANGE_BYTES, known } = options;
  requirePositive({ rangeBytes, concurrency: options.concurrency, maxConcurrency: options.maxConcurrency });
  const location: ObjectLocation = {
    url: objectUrl(url, key),
    authorizer,
    ...(options.fetch && { fetch: options.fetch }),
  };
  const policy = { ...defaultRetryPolicy, ...options.retry };
  const stopping = new AbortController();
  const stop = () => stopping.abort(options.signal?.reason);
  if (options.signal?.aborted === true) stop();
  options.signal?.addEventListener("abort", stop, { once: true });
  const opened: OpenedObject =
    known === undefined
      ? await openObject(location, rangeBytes, policy, stopping.signal)
      : await reopenObject(location, known, stopping.signal);
  return new ObjectDownload(options, location, policy, opened, stopping);
}

/** An object under way. Its bytes are read once: in order, or at their places. */
export class ObjectDownload {
  readonly object: ObjectDescription;
  readonly #options: DownloadOptions;
  readonly #opened: OpenedObject;
  readonly #concurrency: Concurrency;
  readonly #maxConcurrency: number;
  readonly #location: ObjectLocation;
  readonly #policy: RetryPolicy;
  readonly #stopping: AbortController;

  /** Made by `downloadObject`. */
  constructor(
    options: DownloadOptions,
    location: ObjectLocation,
    policy: RetryPolicy,
    opened: OpenedObject,
    stopping: AbortController,
  ) {
    const { concurrency = DEFAULT_CONCURRENCY, maxConcurrency = concurrency } = options;
    this.object = opened;
    this.#options = options;
    this.#opened = opened;
    this.#location = location;
    this.#policy = policy;
    this.#stopping = stopping;
    this.#maxConcurrency = maxConcurrency;
    this.#concurrency = new Concurrency({ initial: concurrency, max: maxConcurrency });
  }

  /** Ends the download and every request of it. */
  cancel(reason: Error = new DOMException("The download was cancelled.", "AbortError")): void {
    this.#stopping.abort(reason);
  }

  /**
   * The bytes in order. Holds `maxConcurrency` ranges at most. Ends only when all bytes have come, in number and, where
   * `createHash` is given and the API sent a digest, by it; otherwise it fails with a `ClientError`.
   */
  stream(): ReadableStream<Uint8Array> {
    const bytes = this.#chunks();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          try {
            const { done, value } = await bytes.next();
            if (done === true) controller.close();
            else controller.enqueue(value);
          } catch (error) {
            this.#stopping.abort(error);
            controller.error(error);
          }
        },
        cancel: async (reason) => {
          this.cancel(reason instanceof Error ? reason : undefined);
          await bytes.return(undefined);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /**
   * Writes every missing range at its place, side by side.
   *
   * @param write Bytes of one range come in order, those of several mixed.
   * @param missing Default: the whole object.
   * @param onRange Told of each range whose bytes have all been written.
   * @throws ClientError; what `write` throws.
   */
  async writeRanges(
    write: WriteBytes,
    {
      missing,
      onRange,
    }: { readonly missing?: readonly ByteRange[]; readonly onRange?: (range: ByteRange) => void } = {},
  ): Promise<void> {
    const known = this.#known();
    const { rangeBytes = DEFAULT_RANGE_BYTES } = this.#options;
    const ranges = missing?.flatMap((range) => splitRange(range, rangeBytes)) ?? this.#ranges(known);
    const have = known.size - totalLength(ranges);
    const meter = this.#meter(have);
    const reader = new RangeReader(this.#location, known, this.#concurrency, this.#policy);
    const signal = this.#stopping.signal;
    const readings = new Set<Promise<void>>();
    try {
      for (const range of ranges) {
        await this.#concurrency.enter(signal);
        const counted: WriteBytes = async (bytes, position) => {
          await write(bytes, position);
          meter.count(bytes.length);
        };
        const reading = reader
          .read(range, counted, signal, this.#begunFor(range))
          .then(() => onRange?.(range))
          .catch((error: unknown) => this.#stopping.abort(error))
          .finally(() => {
            this.#concurrency.leave();
            readings.delete(reading);
          });
        readings.add(reading);
      }
    } finally {
      // The caller may close what is written to as soon as this has ended.
      await Promise.all(readings);
    }
    signal.throwIfAborted();
    meter.finish();
  }

  async *#chunks(): AsyncGenerator<Uint8Array, undefined> {
    const hash = this.object.sha256 === undefined ? undefined : this.#options.createHash?.();
    const meter = this.#meter(0);
    for await (const chunk of this.#canResume() ? this.#inOrder() : this.#single()) {
      hash?.update(chunk);
      meter.count(chunk.length);
      yield chunk;
    }
    if (hash !== undefined && hash.digest() !== this.object.sha256) {
      throw new ClientError("mismatch", "The bytes do not have the digest that the API sent.");
    }
    meter.finish();
  }

  #inOrder(): AsyncGenerator<Uint8Array, undefined> {
    const known = this.#known();
    const { signal } = this.#stopping;
    const reader = new RangeReader(this.#location, known, this.#concurrency, this.#policy);
    return orderedRanges({
      ranges: this.#ranges(known),
      window: this.#maxConcurrency,
      enter: () => this.#concurrency.enter(signal),
      leave: () => this.#concurrency.leave(),
      read: (range, write) => reader.read(range, write, signal, this.#begunFor(range)),
    });
  }

  /** One response that nothing can be added to: its own end is all the proof there is. */
  async *#single(): AsyncGenerator<Uint8Array, undefined> {
    const body = this.#opened.response?.body as ReadableStream<Uint8Array> | null | undefined;
    if (body === undefined || body === null) return;
    const message = "The connection to the API broke, and the object cannot be resumed.";
    yield* bodyChunks(body, this.#stopping.signal, message);
  }

  #canResume(): boolean {
    return this.object.size !== undefined && this.object.etag !== undefined;
  }

  #known(): KnownObject {
    const { size, etag } = this.object;
    if (size !== undefined && etag !== undefined) return { size, etag };
    throw new ClientError("malformed", "The API names neither size nor validator of the object.");
  }

  /** The range that has begun, then the rest. */
  #ranges({ size }: KnownObject): ByteRange[] {
    const { rangeBytes = DEFAULT_RANGE_BYTES } = this.#options;
    const { firstRange } = this.#opened;
    if (firstRange === undefined) return splitRange({ first: 0, last: size - 1 }, rangeBytes);
    return [firstRange, ...splitRange({ first: firstRange.last + 1, last: size - 1 }, rangeBytes)];
  }

  #begunFor(range: ByteRange): Response | undefined {
    const { firstRange, response } = this.#opened;
    return range === firstRange ? response : undefined;
  }

  #meter(alreadyReceived: number): ProgressMeter {
    const { onProgress = () => undefined } = this.#options;
    return new ProgressMeter(onProgress, this.object.size, () => this.#concurrency.running, alreadyReceived);
  }
}

function requirePositive(values: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (Number.isSafeInteger(value) && value > 0)) continue;
    throw new RangeError(`${name} is ${value}; it has to be a whole number above 0.`);
  }
}
