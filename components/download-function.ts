import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { DownloadBucket } from "./parts/download-bucket.ts";
import { NodeFunction, type NodeFunctionArgs } from "./parts/node-function.ts";
import { bucketReadStatements } from "./rules/bucket-statements.ts";

/** What the download function needs besides what every function has. */
export interface DownloadFunctionArgs extends Omit<
  NodeFunctionArgs,
  "description" | "entry" | "environment" | "statements"
> {
  /** Where the objects come from. */
  readonly bucket: DownloadBucket;
  /** Only keys under this prefix can be downloaded. Shape: empty, or ending in `/`. */
  readonly keyPrefix: string;
  /** ARN of the bucket's own KMS key; empty when it has none. */
  readonly kmsKeyArn: string;
  /** Writes object keys in clear into the log; otherwise a digest stands for them. */
  readonly logKeys: boolean;
}

const entry = join(import.meta.dirname, "..", "lambda", "download", "index.ts");

/** The function that streams objects of one bucket: the code in `lambda/download`. */
export class DownloadFunction extends NodeFunction {
  constructor(name: string, args: DownloadFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    const { bucket, keyPrefix, kmsKeyArn, logKeys } = args;
    super(
      name,
      {
        description: "Streams objects from S3",
        entry,
        environment: {
          BUCKET: bucket.bucketName,
          KEY_PREFIX: keyPrefix,
          // The function takes "true" or nothing, so that a mistyped value cannot put keys into the log.
          ...(logKeys && { LOG_KEYS: "true" }),
        },
        statements: bucket.arn.apply((bucketArn) =>
          bucketReadStatements({ bucketArn, keyPrefix, kmsKeyArn }),
        ),
        timeoutSeconds: args.timeoutSeconds,
        memoryMiB: args.memoryMiB,
        maxConcurrency: args.maxConcurrency,
        architecture: args.architecture,
        logRetentionDays: args.logRetentionDays,
        tags: args.tags,
      },
      opts,
    );
  }
}
