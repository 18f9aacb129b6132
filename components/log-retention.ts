import type { ArgumentRule } from "./argument-rule.ts";

/**
 * The retention periods CloudWatch Logs accepts, shortest first (its "never" is left out on purpose).
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
] as const;

/** Rule for the days that logs are kept. */
export const logRetentionRule: ArgumentRule<number> = {
  allowed: retentionDays.join(", "),
  accepts: (days) => retentionDays.some((period) => period === days),
};
