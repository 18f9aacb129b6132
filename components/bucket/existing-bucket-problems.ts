/** A bucket that somebody else made. */
export interface ExistingBucket {
  /** Its name. */
  readonly bucket: string;
  /** Region of the deployment. */
  readonly region: string;
}

const whatToDoElsewhere = "deploy to the bucket's Region, or name another bucket";

/**
 * Explains why S3 refused to show the bucket. S3 answers such a question without a body, so that there is nothing but its
 * status, in the provider's words.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
export function lookupProblem({ bucket, region }: ExistingBucket, refusal: string): string {
  if (/couldn't find resource|StatusCode: 404/.test(refusal)) {
    return `bucket "${bucket}" does not exist; name one that is there, or none to have one made (${refusal})`;
  }
  if (/StatusCode: 301/.test(refusal)) {
    return `bucket "${bucket}" is in another Region than this stack, which is in ${region}; ${whatToDoElsewhere} (${refusal})`;
  }
  if (/StatusCode: 403|Access ?Denied/.test(refusal)) {
    return (
      `bucket "${bucket}" may not be looked at with your credentials; they need s3:ListBucket, cloudformation:GetResource, ` +
      `s3:GetEncryptionConfiguration and the other rights to read a bucket's settings (${refusal})`
    );
  }
  return `bucket "${bucket}" cannot be looked at: ${refusal}`;
}

/** @returns What keeps the program from serving a bucket of this Region; `undefined` when nothing does. */
export function regionProblem({ bucket, region }: ExistingBucket, bucketRegion: string): string | undefined {
  if (bucketRegion === region) return undefined;
  return `bucket "${bucket}" is in ${bucketRegion}, this stack in ${region}; ${whatToDoElsewhere}`;
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

/**
 * Whether the bucket's readers can decrypt what is in it.
 *
 * @param properties The bucket's properties as CloudFormation names them, as JSON.
 * @param kmsKeyArn ARN of the customer-managed key its readers may use; empty for none.
 * @returns What keeps them from it, and what to do about it; `undefined` when nothing does.
 */
export function encryptionProblem(bucket: string, properties: string, kmsKeyArn: string): string | undefined {
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
