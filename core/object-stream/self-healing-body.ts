import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { BrokenBodyError } from "../broken-body-error.ts";
import type { ByteRange } from "./range-header.ts";

/** Bytes of an object under way, and how to get the rest of them should they stop coming. */
export interface BodySource {
  readonly body: Readable;
  /** What the body is to bring. An empty object has `last` below `first`. */
  readonly range: ByteRange;
  /**
   * Opens the object again.
   *
   * @throws ObjectChangedError when it is no longer the same.
   */
  readonly reopen: (range: ByteRange) => Promise<Readable>;
  /** Aborted when nobody wants the bytes any more. */
  readonly signal: AbortSignal;
}

/** How patiently a body is waited for. */
export interface HealingTimes {
  /** How long to wait for bytes before the connection counts as dead. A slow reader's time does not count. */
  readonly stallMilliseconds: number;
  /** Before the first new try; doubled before each further one. */
  readonly pauseMilliseconds: number;
}

/** S3 answers within tens of milliseconds; fifteen seconds of silence are a dead connection. */
export const defaultHealingTimes: HealingTimes = { stallMilliseconds: 15_000, pauseMilliseconds: 200 };

const TRIES_WITHOUT_PROGRESS = 3;

/** The object is not the one the answer began with, so its rest cannot be sent. */
export class ObjectChangedError extends Error {
  override readonly name = "ObjectChangedError";
}

/**
 * Yields exactly the bytes of a range. When the connection to S3 drops, stalls or ends early, the rest is read
 * from the next byte on; the reader notices nothing but a pause.
 *
 * @throws BrokenBodyError after three tries that brought no byte, or at once when the object has changed; the
 * signal's reason once it is aborted.
 */
export async function* selfHealingBody(source: BodySource, times: HealingTimes): AsyncGenerator<Uint8Array> {
  const { reopen, signal } = source;
  const { last } = source.range;
  let { first } = source.range;
  let body: Readable | undefined = source.body;
  let fruitlessTries = 0;
  for (;;) {
    try {
      if (body === undefined) {
        await sleep(times.pauseMilliseconds * 2 ** (fruitlessTries - 1), undefined, { signal });
        body = await reopen({ first, last });
      }
      for await (const chunk of withStallLimit(body, times.stallMilliseconds)) {
        const wanted = chunk.subarray(0, last + 1 - first);
        first += wanted.length;
        fruitlessTries = 0;
        yield wanted;
        if (wanted.length < chunk.length) return;
      }
      if (first <= last) throw new Error(`the body ended ${last + 1 - first} bytes early`);
      return;
    } catch (cause) {
      if (first > last) return;
      signal.throwIfAborted();
      if (cause instanceof ObjectChangedError || fruitlessTries === TRIES_WITHOUT_PROGRESS) {
        throw new BrokenBodyError(`no byte ${first} from S3`, { cause });
      }
      body = undefined;
      fruitlessTries += 1;
    }
  }
}

/** Destroys a body that brings nothing while it is being waited for. */
async function* withStallLimit(body: Readable, stallMilliseconds: number): AsyncGenerator<Uint8Array> {
  const watch = () =>
    setTimeout(() => body.destroy(new Error(`no bytes for ${stallMilliseconds} ms`)), stallMilliseconds);
  let timer = watch();
  try {
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      clearTimeout(timer);
      yield chunk;
      timer = watch();
    }
  } finally {
    clearTimeout(timer);
  }
}
