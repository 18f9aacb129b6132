import test from "ava";
import {
  encryptionProblem,
  lookupProblem,
  regionProblem,
} from "../../../components/bucket/existing-bucket-problems.ts";

const region = "eu-central-1";
const keyArn = `arn:aws:kms:${region}:123456789012:key/1234abcd`;
const otherArn = `arn:aws:kms:${region}:123456789012:key/0000ffff`;

const encryptedBy = (SSEAlgorithm: string, KMSMasterKeyID?: string) => ({
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
  },
});

function problem(properties: object, kmsKeyArn = ""): string | undefined {
  return encryptionProblem("mine", JSON.stringify(properties), kmsKeyArn);
}

for (const [what, properties, kmsKeyArn] of [
  ["without settings", {}, ""],
  ["with S3's own key", encryptedBy("AES256"), ""],
  ["with S3's own key, whose objects may still be under another", encryptedBy("AES256"), keyArn],
  ["with the account's key for S3", encryptedBy("aws:kms"), ""],
  [
    "with the account's key for S3 by its alias",
    encryptedBy("aws:kms", "arn:aws:kms:eu-central-1:1:alias/aws/s3"),
    "",
  ],
  ["with a key that is named, by ARN", encryptedBy("aws:kms", keyArn), keyArn],
  ["with a key that is named, by id", encryptedBy("aws:kms", "1234abcd"), keyArn],
  ["with a key that is named, by alias", encryptedBy("aws:kms:dsse", "alias/mine"), keyArn],
] as const) {
  test(`a bucket ${what} can be served`, (t) => {
    t.is(problem(properties, kmsKeyArn), undefined);
  });
}

for (const [what, actual, expected] of [
  [
    "another Region",
    regionProblem({ bucket: "mine", region }, "us-east-1"),
    /^bucket "mine" is in us-east-1, this stack in eu-central-1; deploy to the bucket's Region, or name another/,
  ],
  [
    "a key that is not named",
    problem(encryptedBy("aws:kms", keyArn)),
    /^bucket "mine" is encrypted with the KMS key arn:.*1234abcd; name its ARN in bucketKmsKeyArn/,
  ],
  [
    "an alias of a key that is not named",
    problem(encryptedBy("aws:kms", "alias/mine")),
    /the KMS key alias\/mine; name/,
  ],
  [
    "another key than the one named",
    problem(encryptedBy("aws:kms", keyArn), otherArn),
    /1234abcd, not with arn:.*0000ffff; name the bucket's in bucketKmsKeyArn$/,
  ],
  ["another key's id", problem(encryptedBy("aws:kms", "1234abcd"), otherArn), /1234abcd, not with/],
] as const) {
  test(`${what} is refused in words that help`, (t) => {
    t.regex(String(actual), expected);
  });
}

test("a bucket of this Region can be served", (t) => {
  t.is(regionProblem({ bucket: "mine", region }, region), undefined);
});

/** As the provider writes them. */
for (const [refusal, meaning] of [
  [
    "reading S3 Bucket (mine): couldn't find resource",
    /^bucket "mine" does not exist; name one that is there/,
  ],
  [
    "reading S3 Bucket (mine): operation error S3: HeadBucket, https response error StatusCode: 301, RequestID: 1, HostID: 2, api error MovedPermanently: Moved Permanently",
    /^bucket "mine" is in another Region than this stack, which is in eu-central-1; deploy to the bucket's/,
  ],
  [
    "reading S3 Bucket (mine): operation error S3: HeadBucket, https response error StatusCode: 403, RequestID: 1, HostID: 2, api error Forbidden: Forbidden",
    /^bucket "mine" may not be looked at with your credentials; they need s3:ListBucket/,
  ],
  [
    "operation error CloudControl: GetResource, https response error StatusCode: 400, RequestID: 1, AccessDeniedException: User: me is not authorized to perform: cloudformation:GetResource",
    /^bucket "mine" may not be looked at with your credentials; .*cloudformation:GetResource/,
  ],
  ["dial tcp: no such host", /^bucket "mine" cannot be looked at: dial tcp: no such host$/],
] as const) {
  test(`AWS's "${refusal.slice(-40)}" is told in words that help, and as it is`, (t) => {
    const problem = lookupProblem({ bucket: "mine", region }, refusal);
    t.regex(problem, meaning);
    t.true(problem.includes(refusal));
  });
}
