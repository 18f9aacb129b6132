import test from "ava";
import { only, recordProgram } from "../../helpers/recorded-program.ts";

const BUCKET = "aws:s3/bucket:Bucket";
const settings = {
  publicAccess: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  ownership: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  encryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  versioning: "aws:s3/bucketVersioning:BucketVersioning",
  lifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  policy: "aws:s3/bucketPolicy:BucketPolicy",
};

const { graph, outputs } = await recordProgram();
const bucket = only(graph, BUCKET);
const bucketName = bucket.outputs.bucket;

test("the program's bucket is the one its output names", (t) => {
  t.is(outputs.bucket, bucketName);
});

test("nobody can make the bucket public", (t) => {
  t.deepEqual(only(graph, settings.publicAccess).inputs, {
    bucket: bucketName,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
});

test("the bucket's owner owns every object, and ACLs are off", (t) => {
  t.deepEqual(only(graph, settings.ownership).inputs, {
    bucket: bucketName,
    rule: { objectOwnership: "BucketOwnerEnforced" },
  });
});

test("objects are encrypted and versioned", (t) => {
  t.deepEqual(only(graph, settings.encryption).inputs, {
    bucket: bucketName,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  t.deepEqual(only(graph, settings.versioning).inputs, {
    bucket: bucketName,
    versioningConfiguration: { status: "Enabled" },
  });
});

test("old versions and broken-off uploads go after a while, current objects never", (t) => {
  const lifecycle = only(graph, settings.lifecycle);
  t.deepEqual(lifecycle.inputs, {
    bucket: bucketName,
    rules: [
      {
        id: "remove-leftovers",
        status: "Enabled",
        filter: {},
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  });
  t.true(graph.dependsOn(lifecycle, only(graph, settings.versioning)));
});

test("every request that is not over TLS is denied", (t) => {
  const policy = only(graph, settings.policy);
  t.is(policy.inputs.bucket, bucketName);
  t.deepEqual(JSON.parse(String(policy.inputs.policy)), {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.outputs.arn, `${String(bucket.outputs.arn)}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
  t.true(graph.dependsOn(policy, only(graph, settings.publicAccess)));
});

for (const [onDestroy, kept] of [
  ["keepData", true],
  ["deleteEverything", false],
] as const) {
  test.serial(
    `with ${onDestroy} a destroy ${kept ? "leaves" : "removes"} the bucket and its settings`,
    async (t) => {
      const { graph } = await recordProgram({ config: [`onDestroy=${onDestroy}`] });
      t.deepEqual(only(graph, BUCKET).inputs, { forceDestroy: !kept, tags: {} });
      for (const type of [BUCKET, ...Object.values(settings)]) {
        t.is(only(graph, type).retainOnDelete, kept, type);
      }
      // An `up` that no longer has the bucket deletes it by what is said here, as a destroy does.
      t.is(only(graph, BUCKET).protect, !kept);
    },
  );
}

test("whatever is registered for S3 is among these", (t) => {
  t.deepEqual(
    graph.resources
      .map(({ type }) => type)
      .filter((type) => type.startsWith("aws:s3/"))
      .sort(),
    [BUCKET, ...Object.values(settings)].sort(),
  );
});

test.serial("an existing bucket is used and nothing about it is touched", async (t) => {
  const { graph, outputs } = await recordProgram({ config: ["bucket=mine"], partition: "aws-us-gov" });
  t.is(outputs.bucket, "mine");
  t.deepEqual(
    graph.resources.filter(({ type }) => type.startsWith("aws:s3/")),
    [],
  );
  t.regex(
    String(only(graph, "aws:iam/rolePolicy:RolePolicy", "download").inputs.policy),
    /"Resource":"arn:aws-us-gov:s3:::mine\/\*"/,
  );
});
