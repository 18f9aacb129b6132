import { limits } from "../contract/limits.ts";

/** The slowest reader who is never taken for one that has stalled. */
export const LEAST_READER_BYTES_PER_SECOND = 32 * 1024;

/**
 * How long nothing at all may be taken from a function before its reader counts as gone. Lambda and API Gateway may take
 * their bursts at once, and then nothing more until the reader has them: at the least rate that lasts so long.
 */
export const READER_PATIENCE_MILLISECONDS =
  ((limits.lambdaStreamBurstBytes.value + limits.gatewayStreamBurstBytes.value) /
    LEAST_READER_BYTES_PER_SECOND) *
  1000;
