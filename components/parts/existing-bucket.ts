import * as aws from "@pulumi/aws";
import { InputError } from "../input-error.ts";
import { bucketProblem } from "../rules/existing-bucket.ts";

/** A bucket given by name. */
export interface ExistingBucketArgs {
  /** Its name. */
  /** The bucket's name. */
  readonly bucket: string;
  /** ARN of the customer-managed KMS key it is encrypted with; empty for none. */
  readonly kmsKeyArn: string;
}

/**
 * Looks at a bucket that somebody else made. To be awaited by the program before it makes anything: what is wrong with
 * the bucket would otherwise show in the first download. Asks Cloud Control, because the provider has no function for a
 * bucket's encryption; whoever deploys needs `s3:GetEncryptionConfiguration` and the other rights to read a bucket's settings.
 *
 * @throws InputError when the bucket is missing, in another Region, or encrypted with a key that is not named.
 */
export async function checkExistingBucket({ bucket, kmsKeyArn }: ExistingBucketArgs): Promise<void> {
  const { region } = await aws.getRegion();
  const [{ bucketRegion }, { properties }] = await Promise.all([
    aws.s3.getBucket({ bucket }),
    aws.cloudcontrol.getResource({ typeName: "AWS::S3::Bucket", identifier: bucket }),
  ]).catch((error: unknown) => {
    throw new InputError(
      `bucket "${bucket}" cannot be looked at: it does not exist, is in another Region than ${region}, or your credentials ` +
        `may not read its settings (${error instanceof Error ? error.message : String(error)})`,
    );
  });
  const problem = bucketProblem({ bucket, bucketRegion, properties }, { region, kmsKeyArn });
  if (problem !== undefined) throw new InputError(problem);
}
