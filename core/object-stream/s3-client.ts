import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";

const CONNECTION_TIMEOUT_MILLISECONDS = 3_000;
/** From the request to the answer's headers; the body has its own watch. */
const ANSWER_TIMEOUT_MILLISECONDS = 15_000;

/**
 * An S3 client set up for streaming; region and credentials come from the environment. It checks no body against
 * its checksum: that costs a quarter of the throughput and its verdict comes after the last byte has been sent on.
 */
export function createS3Client(overrides: S3ClientConfig = {}): S3Client {
  return new S3Client({
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
      requestTimeout: ANSWER_TIMEOUT_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
    ...overrides,
  });
}
