import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

const CONNECTION_TIMEOUT_MILLISECONDS = 3_000;
/** From the request to the answer's headers; the body has its own watch. */
const ANSWER_TIMEOUT_MILLISECONDS = 15_000;

/** How much one process asks of S3 at once. */
export interface S3ClientOptions {
  /**
   * Objects read at the same time. Each holds a connection; one more than this would wait for one. The SDK's own 50
   * when left out.
   */
  readonly maxReads?: number;
}

/**
 * An S3 client set up for streaming; region and credentials come from the environment. It checks no body against
 * its checksum: that costs a quarter of the throughput and its verdict comes after the last byte has been sent on.
 */
export function createS3Client({ maxReads }: S3ClientOptions = {}, overrides: S3ClientConfig = {}): S3Client {
  const agent = maxReads === undefined ? {} : { maxSockets: maxReads };
  return new S3Client({
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
      requestTimeout: ANSWER_TIMEOUT_MILLISECONDS,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
    ...overrides,
  });
}
