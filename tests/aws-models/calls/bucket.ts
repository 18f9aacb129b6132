import { as, each, group, list } from "../request-source.ts";
import type { ResourceRow } from "./resource-row.ts";

/** The bucket and its settings. */
export const bucketRows: Readonly<Record<string, ResourceRow>> = {
  "aws:s3/bucket:Bucket": {
    calls: [
      { operation: "s3:CreateBucket", members: { Bucket: "bucket" } },
      {
        operation: "s3:PutBucketTagging",
        when: "tags",
        members: { Bucket: "bucket", Tagging: group({ TagSet: as("tagList", "tags") }) },
      },
    ],
    notSent: { forceDestroy: "what destroying does" },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    calls: [
      {
        operation: "s3:PutBucketLifecycleConfiguration",
        members: {
          Bucket: "bucket",
          LifecycleConfiguration: group({
            Rules: each("rules", {
              ID: "id",
              Status: "status",
              Filter: as("capitalized", "filter"),
              AbortIncompleteMultipartUpload: as("capitalized", "abortIncompleteMultipartUpload"),
              NoncurrentVersionExpiration: as("capitalized", "noncurrentVersionExpiration"),
              Expiration: as("capitalized", "expiration"),
            }),
          }),
        },
      },
    ],
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    calls: [
      {
        operation: "s3:PutBucketOwnershipControls",
        members: {
          Bucket: "bucket",
          OwnershipControls: group({ Rules: list(group({ ObjectOwnership: "rule.objectOwnership" })) }),
        },
      },
    ],
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    calls: [{ operation: "s3:PutBucketPolicy", members: { Bucket: "bucket", Policy: as("json", "policy") } }],
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    calls: [
      {
        operation: "s3:PutPublicAccessBlock",
        members: {
          Bucket: "bucket",
          PublicAccessBlockConfiguration: group({
            BlockPublicAcls: "blockPublicAcls",
            BlockPublicPolicy: "blockPublicPolicy",
            IgnorePublicAcls: "ignorePublicAcls",
            RestrictPublicBuckets: "restrictPublicBuckets",
          }),
        },
      },
    ],
  },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    calls: [
      {
        operation: "s3:PutBucketEncryption",
        members: {
          Bucket: "bucket",
          ServerSideEncryptionConfiguration: group({
            Rules: each("rules", {
              ApplyServerSideEncryptionByDefault: group({
                SSEAlgorithm: "applyServerSideEncryptionByDefault.sseAlgorithm",
                KMSMasterKeyID: "applyServerSideEncryptionByDefault.kmsMasterKeyId",
              }),
              BucketKeyEnabled: "bucketKeyEnabled",
            }),
          }),
        },
      },
    ],
  },
  "aws:s3/bucketVersioning:BucketVersioning": {
    calls: [
      {
        operation: "s3:PutBucketVersioning",
        members: {
          Bucket: "bucket",
          VersioningConfiguration: group({ Status: "versioningConfiguration.status" }),
        },
      },
    ],
  },
};
