import { checkArgument, wholeNumber } from "../argument-rule.ts";

/** Steady requests per second, and the bucket that absorbs bursts. */
export interface Throttle {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/** Rules for a throttle. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const throttleRules = {
  ratePerSecond: wholeNumber(1, 10_000),
  burst: wholeNumber(1, 5_000),
} as const;

/** Rule for the requests that a key has per day. */
export const quotaRule = wholeNumber(1, 1_000_000_000);

/** @throws InputError */
export function checkThrottle({ ratePerSecond, burst }: Throttle): void {
  checkArgument("throttle.ratePerSecond", ratePerSecond, throttleRules.ratePerSecond);
  checkArgument("throttle.burst", burst, throttleRules.burst);
}
