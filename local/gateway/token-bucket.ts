/**
 * Lets a steady rate of requests through, and bursts above it.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export class TokenBucket {
  readonly #ratePerSecond: number;
  readonly #burst: number;
  readonly #elapsed: () => number;
  #tokens: number;
  #filledAt: number;

  /** @param elapsed A clock in milliseconds that never goes back. */
  constructor(ratePerSecond: number, burst: number, elapsed: () => number) {
    this.#ratePerSecond = ratePerSecond;
    this.#burst = burst;
    this.#elapsed = elapsed;
    this.#tokens = burst;
    this.#filledAt = elapsed();
  }

  /** @returns Whether there was a token left for one request. */
  take(): boolean {
    const now = this.#elapsed();
    const earned = ((now - this.#filledAt) / 1000) * this.#ratePerSecond;
    this.#tokens = Math.min(this.#burst, this.#tokens + earned);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
