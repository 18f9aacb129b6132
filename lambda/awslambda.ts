import type { ResponseMetadata } from "../contract/response-prelude.ts";

/**
 * What Lambda's Node.js runtime defines for functions that stream their response.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html and the runtime's own code,
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/tree/main/src/stream
 */
export interface AwsLambda {
  /** Marks a handler as streaming. */
  streamifyResponse<Event>(handler: StreamingHandler<Event>): StreamingHandler<Event>;
  readonly HttpResponseStream: {
    /**
     * Arms the stream to send the metadata ahead of the first `write`. Nothing goes out before that, and a stream
     * that is ended without a `write`, even with a last chunk, sends no metadata at all.
     */
    from(stream: ResponseStream, metadata: ResponseMetadata): ResponseStream;
  };
}

/** A function that writes its response to a stream. Resolving without `end` leaves the runtime waiting. */
export type StreamingHandler<Event> = (
  event: Event,
  stream: ResponseStream,
  context: InvocationContext,
) => Promise<void>;

/** The runtime's own stream: it has these methods of a `Writable` but is none. */
export interface ResponseStream {
  /** @returns False when the reader is behind; `drain` follows once it has caught up. */
  write(chunk: string | Uint8Array): boolean;
  end(): void;
  /** Ends the runtime's process too: it takes a response that closes early for a failure of its own. */
  destroy(): unknown;
  on(event: "close" | "drain" | "error", listener: (error?: Error) => void): unknown;
  off(event: "close" | "drain" | "error", listener: (error?: Error) => void): unknown;
}

/** The part of Lambda's context object that is used here. */
export interface InvocationContext {
  readonly awsRequestId: string;
}

declare global {
  var awslambda: AwsLambda;
}
