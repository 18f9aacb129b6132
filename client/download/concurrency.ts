/** Latency above this share of the best seen so far means that requests wait for one another. */
const SLOW_RATIO = 3;
/** Added to it, since small latencies vary more. Unit: milliseconds. */
const SLOW_MILLISECONDS = 250;

/**
 * The number of requests side by side: halved when the API asks for fewer, lowered by one when answers take longer and
 * longer, raised by one after as many good answers as there are places.
 */
export class Concurrency {
  #limit: number;
  readonly #max: number;
  #running = 0;
  #goodInARow = 0;
  #bestLatency = Infinity;
  /** Time until which nothing is started. */
  #pausedUntil = 0;
  readonly #waiting: (() => void)[] = [];
  #wakeUp: ReturnType<typeof setTimeout> | undefined;

  constructor({ initial, max }: { readonly initial: number; readonly max: number }) {
    this.#limit = Math.min(initial, max);
    this.#max = max;
  }

  get running(): number {
    return this.#running;
  }

  /** Resolves when a request may be started; it counts until `leave`. Rejects when the signal is aborted. */
  async enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.#running >= this.#limit || performance.now() < this.#pausedUntil) {
      await this.#change(signal);
      signal.throwIfAborted();
    }
    this.#running += 1;
  }

  leave(): void {
    this.#running -= 1;
    this.#wake();
  }

  /** A response has begun. */
  reportLatency(milliseconds: number): void {
    this.#bestLatency = Math.min(this.#bestLatency, milliseconds);
    if (milliseconds > this.#bestLatency * SLOW_RATIO + SLOW_MILLISECONDS) {
      this.#goodInARow = 0;
      this.#limit = Math.max(1, this.#limit - 1);
      return;
    }
    this.#goodInARow += 1;
    if (this.#goodInARow < this.#limit || this.#limit >= this.#max) return;
    this.#goodInARow = 0;
    this.#limit += 1;
    this.#wake();
  }

  /** The API has asked for fewer requests. Those that are under way when it does are refused together and count once. */
  reportThrottle(pauseMilliseconds: number): void {
    const now = performance.now();
    if (now >= this.#pausedUntil) this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#goodInARow = 0;
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMilliseconds);
    clearTimeout(this.#wakeUp);
    this.#wakeUp = setTimeout(() => this.#wake(), this.#pausedUntil - now + 1);
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#waiting.push(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
