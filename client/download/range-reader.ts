import { mayPass, readApiError, refusedBy, type ApiError } from "../api-error.ts";
import { ClientError } from "../client-error.ts";
import { lengthOf, readContentRange, type ByteRange } from "./byte-range.ts";
import type { Concurrency } from "./concurrency.ts";
import { describeObject, isEncoded } from "./object-description.ts";
import { requestObject, type ObjectLocation } from "./object-request.ts";
import { delay, retryDelay, type RetryPolicy } from "../retry-policy.ts";

/** Takes bytes at their place in the object. The next ones come when it has resolved. */
export type WriteBytes = (bytes: Uint8Array, position: number) => void | Promise<void>;

/** The object as it was when the download began. */
export interface KnownObject {
  readonly size: number;
  readonly etag: string;
}

/** A failure that another try may not meet. */
class PassingError extends Error {
  override readonly name = "PassingError";
  readonly apiError: ApiError | undefined;

  constructor(message: string, apiError?: ApiError, options?: ErrorOptions) {
    super(message, options);
    this.apiError = apiError;
  }
}

/** Reads ranges of one object, each until all of its bytes are there, whatever happens to single responses. */
export class RangeReader {
  readonly #location: ObjectLocation;
  readonly #object: KnownObject;
  readonly #concurrency: Concurrency;
  readonly #policy: RetryPolicy;

  constructor(location: ObjectLocation, object: KnownObject, concurrency: Concurrency, policy: RetryPolicy) {
    this.#location = location;
    this.#object = object;
    this.#concurrency = concurrency;
    this.#policy = policy;
  }

  /**
   * Reads a range in order.
   *
   * @param begun A response to a request for exactly this range.
   * @throws ClientError; the signal's reason once it is aborted; what `write` throws.
   */
  async read(range: ByteRange, write: WriteBytes, signal: AbortSignal, begun?: Response): Promise<void> {
    const cursor = new Cursor(range, write);
    let response = begun;
    let tries = 0;
    while (cursor.missing > 0) {
      const before = cursor.missing;
      try {
        await this.#try(cursor, signal, response);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof PassingError)) throw error;
        const hasProgressed = before - cursor.missing >= Math.min(before, this.#policy.progressBytes);
        tries = hasProgressed ? 1 : tries + 1;
        await this.#waitAfter(error, tries, signal);
      }
      response = undefined;
    }
  }

  async #waitAfter(error: PassingError, tries: number, signal: AbortSignal): Promise<void> {
    const { retryAfterMilliseconds = 0, status } = error.apiError ?? {};
    if (tries >= this.#policy.maxTries || retryAfterMilliseconds > this.#policy.maxDelayMilliseconds) {
      if (error.apiError !== undefined) throw refusedBy(error.apiError);
      throw new ClientError("unreachable", error.message, { cause: error });
    }
    const wait = retryDelay(this.#policy, tries, retryAfterMilliseconds);
    if (status === 429 || status === 503) this.#concurrency.reportThrottle(wait);
    await delay(wait, signal);
  }

  /** One request, or the response that has begun already, as far as it goes. */
  async #try(cursor: Cursor, signal: AbortSignal, begun: Response | undefined): Promise<void> {
    const attempt = new AbortController();
    const stop = () => attempt.abort(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    const watch = new StallWatch(this.#policy, () =>
      attempt.abort(new PassingError("The API sends nothing.")),
    );
    try {
      const response = begun ?? (await this.#request(cursor, attempt.signal));
      await readBody(response, cursor, watch, attempt.signal);
    } catch (error) {
      if (error instanceof WriteError) throw error.cause;
      if (error instanceof PassingError || error instanceof ClientError) throw error;
      if (attempt.signal.reason instanceof PassingError) throw attempt.signal.reason;
      throw new PassingError("The connection to the API broke.", undefined, { cause: error });
    } finally {
      watch.stop();
      signal.removeEventListener("abort", stop);
      // Ends what is still to come of a response that was given up.
      attempt.abort();
    }
  }

  async #request(cursor: Cursor, signal: AbortSignal): Promise<Response> {
    const { first, last } = cursor.range;
    const askedAt = performance.now();
    const headers = { range: `bytes=${first}-${last}`, "if-match": this.#object.etag };
    const response = await requestObject(this.#location, "GET", headers, signal);
    if (response.status === 200 || response.status === 206) {
      this.#concurrency.reportLatency(performance.now() - askedAt);
      requireSame(response, this.#object);
      if (response.status === 206) requireRange(response, cursor.range);
      else cursor.skip(first);
      return response;
    }
    if (response.status === 412 || response.status === 416 || response.status === 404) {
      throw changed(response.status);
    }
    const apiError = await readApiError(response);
    throw mayPass(apiError) ? new PassingError(apiError.message, apiError) : refusedBy(apiError);
  }
}

/** An error of whoever takes the bytes: no other try helps. */
class WriteError extends Error {
  override readonly name = "WriteError";
}

/** Place in a range up to which bytes have been written. */
class Cursor {
  #position: number;
  readonly #last: number;
  readonly #write: WriteBytes;
  /** Bytes of the response ahead of the range. */
  #skip = 0;

  constructor({ first, last }: ByteRange, write: WriteBytes) {
    this.#position = first;
    this.#last = last;
    this.#write = write;
  }

  /** Bytes that are still missing. */
  get range(): ByteRange {
    return { first: this.#position, last: this.#last };
  }

  get missing(): number {
    return lengthOf(this.range);
  }

  /** For a response that begins ahead of the range, because something on the way takes `Range` off requests. */
  skip(bytes: number): void {
    this.#skip = bytes;
  }

  /** @throws WriteError */
  async take(chunk: Uint8Array): Promise<void> {
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    const wanted = chunk.subarray(skipped, skipped + this.missing);
    if (wanted.length === 0) return;
    try {
      await this.#write(wanted, this.#position);
    } catch (error) {
      throw new WriteError("the bytes could not be written", { cause: error });
    }
    this.#position += wanted.length;
  }
}

async function readBody(
  response: Response,
  cursor: Cursor,
  watch: StallWatch,
  signal: AbortSignal,
): Promise<void> {
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  if (reader === undefined) throw new PassingError("The API's answer has no body.");
  // A response that began before this attempt does not end with its signal.
  const cancel = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", cancel, { once: true });
  try {
    for (;;) {
      watch.startReading();
      const { done, value } = await reader.read();
      watch.endReading(value?.length ?? 0);
      if (done) break;
      if (cursor.missing === 0) {
        throw new ClientError("malformed", "The API sent more bytes than it announced.");
      }
      await cursor.take(value);
      // The rest of a whole object is not wanted.
      if (cursor.missing === 0 && response.status === 200) return;
    }
  } finally {
    signal.removeEventListener("abort", cancel);
    cancel();
  }
  if (cursor.missing > 0) throw new PassingError("The API's answer ended too soon.");
}

/** Notices when a response brings next to nothing. Time that the writer takes does not count. */
class StallWatch {
  readonly #policy: RetryPolicy;
  readonly #timer: ReturnType<typeof setInterval>;
  #readMilliseconds = 0;
  #bytes = 0;
  #readingSince: number | undefined = performance.now();

  constructor(policy: RetryPolicy, onStall: () => void) {
    this.#policy = policy;
    this.#timer = setInterval(() => {
      const current = this.#readingSince === undefined ? 0 : performance.now() - this.#readingSince;
      if (this.#readMilliseconds + current >= policy.stallMilliseconds) onStall();
    }, policy.stallMilliseconds / 10);
  }

  startReading(): void {
    this.#readingSince ??= performance.now();
  }

  endReading(bytes: number): void {
    const now = performance.now();
    this.#readMilliseconds += now - (this.#readingSince ?? now);
    this.#readingSince = undefined;
    this.#bytes += bytes;
    if (this.#bytes < this.#policy.stallBytes) return;
    this.#bytes = 0;
    this.#readMilliseconds = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function requireSame(response: Response, { size, etag }: KnownObject): void {
  if (isEncoded(response)) throw new ClientError("malformed", "The API sent a range in an encoded form.");
  const described = describeObject(response);
  if (described.etag !== etag || (described.size ?? size) !== size) throw changed(response.status);
}

function requireRange(response: Response, { first, last }: ByteRange): void {
  const part = readContentRange(response.headers.get("content-range"))?.range;
  if (part?.first === first && part.last === last) return;
  throw new ClientError("malformed", "The API sent other bytes than those it was asked for.", {
    status: response.status,
  });
}

function changed(status: number): ClientError {
  return new ClientError("changed", "The object has changed or is gone since the download began.", {
    status,
  });
}
