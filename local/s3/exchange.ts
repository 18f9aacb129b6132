import type { IncomingMessage, ServerResponse } from "node:http";
import type { BucketAccess } from "./access.ts";
import type { Bucket } from "./bucket.ts";
import type { Faults } from "./faults.ts";
import type { LiveRecord } from "./request-record.ts";

/** Everything an operation needs to answer one request, whose signature has been verified. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bucketName: string;
  readonly bucket: Bucket;
  /** Empty for operations on the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly access: BucketAccess;
  /** The body's SHA-256 in hex, or one of the words that stand for a body not hashed. */
  readonly payloadHash: string;
  readonly faults: Faults;
  readonly record: LiveRecord;
}
