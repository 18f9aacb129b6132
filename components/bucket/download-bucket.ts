import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { partitionOf } from "../look-up.ts";
import { policyJson } from "../policy-text.ts";
import { checkArgument } from "../argument-rule.ts";
import { bucketComponentNameRule } from "../component-name.ts";
import { type Tags, tagRule } from "../tags.ts";
import { bucketNameRule } from "./bucket-name.ts";

/** Which bucket the downloads come from, and what becomes of it. */
export interface DownloadBucketArgs {
  /** Name of a bucket that exists; empty to have one made. */
  readonly existing: string;
  /**
   * Behavior of `pulumi destroy` for a bucket made here. With `deleteEverything` Pulumi protects the bucket: an `up` that
   * no longer has it would delete it like a `destroy`. Both are refused until `pulumi state unprotect` has been said.
   * Source: https://www.pulumi.com/docs/iac/concepts/resources/options/protect/
   */
  readonly onDestroy: "keepData" | "deleteEverything";
  /** For a bucket made here. */
  readonly tags: Tags;
}

/** Days after which an overwritten or deleted object's old version goes, so that versioning has an end to its bill. */
const OLD_VERSION_DAYS = 30;

/** The bucket the downloads come from: the one named, or a new one that is private, encrypted, versioned and TLS-only. */
export class DownloadBucket extends pulumi.ComponentResource {
  /** The name as S3 knows it. */
  readonly bucketName: pulumi.Output<string>;
  /** In the partition the program is deployed to. */
  readonly arn: pulumi.Output<string>;
  /** The account it belongs to; empty for one that is not made here, which may be another's. */
  readonly accountId: pulumi.Output<string>;

  constructor(name: string, args: DownloadBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArgument("name", name, bucketComponentNameRule);
    checkArgument("existing", args.existing, bucketNameRule);
    checkArgument("tags", args.tags, tagRule);
    super("streamgate:parts:DownloadBucket", name, {}, opts);
    if (args.existing) {
      this.bucketName = pulumi.output(args.existing);
      const partition = partitionOf({ parent: this });
      this.arn = pulumi.interpolate`arn:${partition}:s3:::${args.existing}`;
      this.accountId = pulumi.output("");
    } else {
      const bucket = this.#create(name, args);
      this.bucketName = bucket.bucket;
      this.arn = bucket.arn;
      this.accountId = aws.getCallerIdentityOutput({}, { parent: this }).accountId;
    }
    this.registerOutputs();
  }

  #create(name: string, { onDestroy, tags }: DownloadBucketArgs): aws.s3.Bucket {
    const keep = onDestroy === "keepData";
    // A kept bucket keeps its protection: these settings would otherwise be removed from around the data.
    const options = { parent: this, retainOnDelete: keep };
    const bucket = new aws.s3.Bucket(name, { forceDestroy: !keep, tags }, { ...options, protect: !keep });
    const settings = { bucket: bucket.bucket };
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        ...settings,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      options,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { ...settings, rule: { objectOwnership: "BucketOwnerEnforced" } },
      options,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      { ...settings, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      options,
    );
    const versioning = new aws.s3.BucketVersioning(
      name,
      { ...settings, versioningConfiguration: { status: "Enabled" } },
      options,
    );
    new aws.s3.BucketLifecycleConfiguration(
      name,
      {
        ...settings,
        rules: [
          {
            id: "remove-leftovers",
            status: "Enabled",
            filter: {},
            noncurrentVersionExpiration: { noncurrentDays: OLD_VERSION_DAYS },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      { ...options, dependsOn: versioning },
    );
    // Two bucket-wide settings written at once collide with "conditional operation in progress".
    new aws.s3.BucketPolicy(
      name,
      { ...settings, policy: tlsOnlyPolicy(bucket.arn) },
      { ...options, dependsOn: publicAccess },
    );
    return bucket;
  }
}

function tlsOnlyPolicy(bucketArn: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi
    .output({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TlsOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    })
    .apply(policyJson);
}
