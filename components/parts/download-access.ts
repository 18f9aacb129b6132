import type { DownloadBucket } from "./download-bucket.ts";
import type { LambdaFunctionArgs } from "./lambda-function.ts";
import { bucketReadStatements } from "../rules/bucket-statements.ts";

/** Which objects a function serves. */
export interface DownloadAccessArgs {
  /** Where the objects come from. */
  readonly bucket: DownloadBucket;
  /** Only keys under this prefix can be downloaded. Shape: empty, or ending in `/`. */
  readonly keyPrefix: string;
  /** ARN of the bucket's own KMS key; empty when it has none. */
  readonly kmsKeyArn: string;
  /** Writes object keys in clear into the log; otherwise a digest stands for them. */
  readonly logKeys: boolean;
}

/** What a function that serves them needs, whatever it is written in, besides what every function has. */
export interface DownloadFunctionArgs
  extends DownloadAccessArgs, Omit<LambdaFunctionArgs, "description" | "environment" | "statements"> {}

/** What such a function is made with: what it is told, what it may do, and the rest as it was given. */
export function downloadFunctionArgs(args: DownloadFunctionArgs): Omit<LambdaFunctionArgs, "description"> {
  const { bucket, keyPrefix, kmsKeyArn, logKeys } = args;
  return {
    environment: {
      BUCKET: bucket.bucketName,
      KEY_PREFIX: keyPrefix,
      // The function takes "true" or nothing, so that a mistyped value cannot put keys into the log.
      ...(logKeys && { LOG_KEYS: "true" }),
    },
    statements: bucket.arn.apply((bucketArn) => bucketReadStatements({ bucketArn, keyPrefix, kmsKeyArn })),
    corsOrigins: args.corsOrigins ?? [],
    tracing: args.tracing ?? false,
    timeoutSeconds: args.timeoutSeconds,
    memoryMiB: args.memoryMiB,
    maxConcurrency: args.maxConcurrency,
    architecture: args.architecture,
    logRetentionDays: args.logRetentionDays,
    tags: args.tags,
  };
}
