/** Bounds of what a download bears. */
export interface RetryPolicy {
  /** Tries in a row that bring no progress, after which the download fails. Default: 8. */
  readonly maxTries: number;
  /** Longest wait before the first new try; it doubles with each further one. Unit: milliseconds. Default: 250. */
  readonly firstDelayMilliseconds: number;
  /** Longest wait before any try. A longer `Retry-After` ends the download. Unit: milliseconds. Default: 60,000. */
  readonly maxDelayMilliseconds: number;
  /** How long a response may bring fewer than `stallBytes`. Unit: milliseconds. Default: 30,000. */
  readonly stallMilliseconds: number;
  /** Fewest bytes that count as progress within `stallMilliseconds`. Default: 1,024. */
  readonly stallBytes: number;
  /** Fewest bytes of a try, or all that were missing, that count as progress. Default: 65,536. */
  readonly progressBytes: number;
}

export const defaultRetryPolicy: RetryPolicy = {
  maxTries: 8,
  firstDelayMilliseconds: 250,
  maxDelayMilliseconds: 60_000,
  stallMilliseconds: 30_000,
  stallBytes: 1024,
  progressBytes: 65_536,
};

/**
 * Wait before another try: anything up to an exponentially growing bound, so that many who failed together do not
 * come back together, but never less than the server asked for.
 *
 * @param tries Tries so far that brought no progress, at least 1.
 */
export function retryDelay(
  { firstDelayMilliseconds, maxDelayMilliseconds }: RetryPolicy,
  tries: number,
  retryAfterMilliseconds = 0,
): number {
  const bound = Math.min(maxDelayMilliseconds, firstDelayMilliseconds * 2 ** (tries - 1));
  return retryAfterMilliseconds + Math.random() * bound;
}

/** Waits. Rejects with the signal's reason as soon as it is aborted. */
export function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}
