/** The two times of the local cloud, so that a test can set both. */
export interface Clock {
  /** Date and time, in epoch milliseconds. Jumps when the machine's clock is set. */
  readonly now: () => number;
  /** Milliseconds since any fixed moment. Never goes back: for durations and rates. */
  readonly elapsed: () => number;
}

export const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };
