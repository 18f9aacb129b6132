import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { InputError } from "../input-error.ts";
import { currentRegion } from "../look-up.ts";
import { encryptionProblem, lookupProblem, regionProblem } from "./existing-bucket-problems.ts";

/** A bucket given by name. */
export interface ExistingBucketArgs {
  /** The bucket's name. */
  readonly bucket: string;
  /** ARN of the customer-managed KMS key it is encrypted with; empty for none. */
  readonly kmsKeyArn: string;
}

/**
 * Looks at a bucket that somebody else made. To be awaited by the program before it makes anything: what is wrong with
 * the bucket would otherwise show in the first download. Asks Cloud Control, because the provider has no function for a
 * bucket's encryption; whoever deploys needs `cloudformation:GetResource` for it, `s3:GetEncryptionConfiguration` and the
 * other rights to read a bucket's settings.
 *
 * @param options The provider to ask, when it is not the default one.
 * @throws InputError when the bucket is missing, in another Region, encrypted with a key that is not named, or may not be
 * looked at.
 */
export async function checkExistingBucket(
  { bucket, kmsKeyArn }: ExistingBucketArgs,
  options: pulumi.InvokeOptions = {},
): Promise<void> {
  const region = await currentRegion(options);
  const existing = { bucket, region };
  const lookAt = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      const refusal = error instanceof Error ? error.message : String(error);
      throw new InputError(lookupProblem(existing, refusal));
    });
  const refuse = (problem: string | undefined): void => {
    if (problem !== undefined) throw new InputError(problem);
  };
  const { bucketRegion } = await lookAt(aws.s3.getBucket({ bucket }, options));
  refuse(regionProblem(existing, bucketRegion));
  // Only now: of a bucket in another Region Cloud Control says less than S3.
  const typeName = "AWS::S3::Bucket";
  const { properties } = await lookAt(
    aws.cloudcontrol.getResource({ typeName, identifier: bucket }, options),
  );
  refuse(encryptionProblem(bucket, properties, kmsKeyArn));
}
