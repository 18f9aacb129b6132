import { randomBytes } from "node:crypto";

/**
 * The id of a new trace, or of one hop of a trace. Format: `1-6a214c45-8f1d6c0e2b7a4d9c13579bdf`.
 * Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 *
 * @param epochMilliseconds When the request came. Default: now.
 */
export function newTraceId(epochMilliseconds = Date.now()): string {
  const seconds = Math.floor(epochMilliseconds / 1000).toString(16);
  return `1-${seconds}-${randomBytes(12).toString("hex")}`;
}
