import type * as pulumi from "@pulumi/pulumi";
import { bucketReadStatements } from "./bucket-statements.ts";
import type { PolicyStatement } from "../policy-statement.ts";
import type { DownloadBucket } from "./download-bucket.ts";
import type { LambdaFunctionArgs } from "../function/lambda-function.ts";

/** Which objects a function or the container serves. */
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

/** The variables that function and container read; what is not set is left out. */
export function downloadEnvironment({
  bucket,
  keyPrefix,
  logKeys,
}: DownloadAccessArgs): Record<string, pulumi.Input<string>> {
  return {
    BUCKET: bucket.bucketName,
    KEY_PREFIX: keyPrefix,
    // "true" or nothing is taken, so that a mistyped value cannot put keys into the log.
    ...(logKeys && { LOG_KEYS: "true" }),
  };
}

/** What a reader of the objects may do. */
export function downloadStatements({
  bucket,
  keyPrefix,
  kmsKeyArn,
}: DownloadAccessArgs): pulumi.Output<PolicyStatement[]> {
  return bucket.arn.apply((bucketArn) => bucketReadStatements({ bucketArn, keyPrefix, kmsKeyArn }));
}

/** What a function that serves them needs, whatever it is written in, besides what every function has. */
export interface DownloadFunctionArgs
  extends DownloadAccessArgs, Omit<LambdaFunctionArgs, "description" | "environment" | "statements"> {}

/** What such a function is made with: what it is told, what it may do, and the rest as it was given. */
export function downloadFunctionArgs(args: DownloadFunctionArgs): Omit<LambdaFunctionArgs, "description"> {
  return {
    environment: downloadEnvironment(args),
    statements: downloadStatements(args),
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
