import { wholeNumber } from "../argument-rule.ts";

/** Rules for a function's timeout, memory and concurrency. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const functionSizeRules = {
  timeoutSeconds: wholeNumber(1, 900),
  memoryMiB: wholeNumber(128, 10_240),
  maxConcurrency: wholeNumber(0, 10_000),
} as const;
