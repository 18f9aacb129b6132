/** What AWS tells of a bucket that somebody else made. */
export interface ExistingBucket {
  readonly bucket: string;
  readonly bucketRegion: string;
  /** The bucket's properties as CloudFormation names them, as JSON. */
  readonly properties: string;
}

/** What the program wants of it. */
export interface WantedBucket {
  /** Where the program is deployed to. */
  readonly region: string;
  /** ARN of the customer-managed key its readers may use; empty for none. */
  readonly kmsKeyArn: string;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html */
interface BucketProperties {
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration?: readonly {
      readonly ServerSideEncryptionByDefault?: {
        readonly SSEAlgorithm: string;
        readonly KMSMasterKeyID?: string;
      };
    }[];
  };
}

/** @returns What keeps the program from serving the bucket, and what to do about it; `undefined` when nothing does. */
export function bucketProblem(
  existing: ExistingBucket,
  { region, kmsKeyArn }: WantedBucket,
): string | undefined {
  const { bucket, bucketRegion, properties } = existing;
  if (bucketRegion !== region) {
    return `bucket "${bucket}" is in ${bucketRegion}, this stack in ${region}; deploy to the bucket's Region, or name another bucket`;
  }
  const key = customerManagedKey(JSON.parse(properties) as BucketProperties);
  if (key === undefined || isSameKey(key, kmsKeyArn)) return undefined;
  return kmsKeyArn === ""
    ? `bucket "${bucket}" is encrypted with the KMS key ${key}; name its ARN in bucketKmsKeyArn, so that it can be used`
    : `bucket "${bucket}" is encrypted with the KMS key ${key}, not with ${kmsKeyArn}; name the bucket's in bucketKmsKeyArn`;
}

/**
 * The key new objects are encrypted with, if it is one whose use has to be allowed. Whoever may read the bucket may use
 * S3's own key and the account's `aws/s3`.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function customerManagedKey({ BucketEncryption: encryption }: BucketProperties): string | undefined {
  const byDefault = encryption?.ServerSideEncryptionConfiguration?.[0]?.ServerSideEncryptionByDefault;
  const key = byDefault?.KMSMasterKeyID;
  return key === undefined || key.endsWith("alias/aws/s3") ? undefined : key;
}

/** A bucket names its key by id, ARN or alias; what stands behind an alias cannot be told from here. */
function isSameKey(key: string, kmsKeyArn: string): boolean {
  if (kmsKeyArn === "") return false;
  return key.includes("alias/") || key === kmsKeyArn || kmsKeyArn.endsWith(`:key/${key}`);
}
