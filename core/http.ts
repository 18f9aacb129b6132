import type { RequestLogEntry } from "./request-log.ts";

/** A request's headers by lower-case name, each with the values of its lines in order. */
export type HeaderLines = Readonly<Record<string, readonly string[] | undefined>>;

/** A request as a value, whoever received it. */
export interface HttpRequest {
  readonly method: string;
  /** Percent-encoded as the client sent it: what the route's parameter matched. Empty for a route without one. */
  readonly path: string;
  /** Query parameters, decoded. Of a repeated one the last, as in API Gateway. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: HeaderLines;
  readonly body: Uint8Array;
  /** Aborted when nobody wants the response any more. */
  readonly signal: AbortSignal;
}

/** A response as a value, for a host to write at its reader's pace. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Chunks, each to be written as soon as it is there. What it throws breaks the response off. */
  readonly body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
  /** Why it is an error response. */
  readonly error?: unknown;
  /**
   * What only the service knows, laid over what the log says of any request. Asked once the response is handed over or broken
   * off.
   */
  readonly logFields: (entry: RequestLogEntry) => object;
}

/** Answers requests. Never throws, so that a host has nothing to decide. */
export type HttpService = (request: HttpRequest) => Promise<HttpResponse>;
