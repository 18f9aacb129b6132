import type { PolicyStatement } from "../policy-statement.ts";

/** What a reader of one part of a bucket needs to know. */
export interface BucketAccess {
  readonly bucketArn: string;
  /** Empty for the whole bucket, else ending in `/`. */
  readonly keyPrefix: string;
  /** Empty unless the bucket is encrypted with a customer-managed key. */
  readonly kmsKeyArn: string;
}

/**
 * Read access to the objects under a prefix, and nothing else. `s3:ListBucket` is not for listing: it is what makes
 * S3 answer 404 instead of 403 for an object that is not there.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function bucketReadStatements({ bucketArn, keyPrefix, kmsKeyArn }: BucketAccess): PolicyStatement[] {
  const statements: PolicyStatement[] = [
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/${keyPrefix}*` },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucketArn,
      ...(keyPrefix && { Condition: { StringLike: { "s3:prefix": `${keyPrefix}*` } } }),
    },
  ];
  if (kmsKeyArn) statements.push({ Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn });
  return statements;
}
