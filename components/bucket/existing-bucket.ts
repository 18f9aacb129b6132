import * as aws from "@pulumi/aws";
import { InputError } from "../input-error.ts";
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
 * @throws InputError when the bucket is missing, in another Region, encrypted with a key that is not named, or may not be
 * looked at.
 */
export async function checkExistingBucket({ bucket, kmsKeyArn }: ExistingBucketArgs): Promise<void> {
  const { region } = await aws.getRegion();
  const existing = { bucket, region };
  const lookUp = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((error: unknown) => {
      const refusal = error instanceof Error ? error.message : String(error);
      throw new InputError(lookupProblem(existing, refusal));
    });
  const refuse = (problem: string | undefined): void => {
    if (problem !== undefined) throw new InputError(problem);
  };
  const { bucketRegion } = await lookUp(aws.s3.getBucket({ bucket }));
  refuse(regionProblem(existing, bucketRegion));
  // Only now: of a bucket in another Region Cloud Control says less than S3.
  const typeName = "AWS::S3::Bucket";
  const { properties } = await lookUp(aws.cloudcontrol.getResource({ typeName, identifier: bucket }));
  refuse(encryptionProblem(bucket, properties, kmsKeyArn));
}
