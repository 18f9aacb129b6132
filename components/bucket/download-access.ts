import * as pulumi from "@pulumi/pulumi";
import { type PolicyStatement, bucketReadStatements } from "../policy-statements.ts";
import type { DownloadBucket } from "./download-bucket.ts";

/** Which objects a function or the container serves. */
export interface DownloadAccessArgs {
  /** The bucket with the objects. */
  readonly bucket: DownloadBucket;
  /** Only keys under this prefix can be downloaded. Shape: empty, or ending in `/`, as `keyPrefixRule` says. Errors: InputError. */
  readonly keyPrefix: string;
  /** ARN of the bucket's own KMS key; empty when it has none. */
  readonly kmsKeyArn: string;
  /** Writes object keys in clear into the log; otherwise a digest stands for them. */
  readonly logKeys: boolean;
}

/** Settings that become environment variables. */
interface DownloadVariables extends Pick<DownloadAccessArgs, "keyPrefix" | "logKeys"> {
  readonly bucket: { readonly bucketName: pulumi.Input<string> };
}

/**
 * The variables that function and container read; what is not set is left out.
 *
 * @param isPublic Whether callers need no credentials.
 */
export function downloadEnvironment(
  { bucket, keyPrefix, logKeys }: DownloadVariables,
  isPublic: boolean,
): Record<string, pulumi.Input<string>> {
  return {
    BUCKET: bucket.bucketName,
    KEY_PREFIX: keyPrefix,
    // "true" or nothing is taken, so that a mistyped value neither publishes objects nor puts their keys into the log.
    ...(isPublic && { PUBLIC: "true" }),
    ...(logKeys && { LOG_KEYS: "true" }),
  };
}

/** Policy statements of a reader of the objects. */
export function downloadStatements({
  bucket,
  keyPrefix,
  kmsKeyArn,
}: DownloadAccessArgs): pulumi.Output<PolicyStatement[]> {
  return pulumi
    .output({ bucketArn: bucket.arn, accountId: bucket.accountId, keyPrefix, kmsKeyArn })
    .apply(bucketReadStatements);
}
