import type { RequestLogEntry } from "../core/request-log.ts";

/** The line of a request to a function. */
export interface InvocationLogEntry extends RequestLogEntry {
  /** API Gateway's, which the caller has as `x-amzn-RequestId`. */
  readonly requestId: string;
  /** Lambda's, as in its REPORT line. */
  readonly lambdaRequestId: string;
}
