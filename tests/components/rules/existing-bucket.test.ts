import test from "ava";
import { bucketProblem } from "../../../components/rules/existing-bucket.ts";

const region = "eu-central-1";
const keyArn = `arn:aws:kms:${region}:123456789012:key/1234abcd`;
const otherArn = `arn:aws:kms:${region}:123456789012:key/0000ffff`;

const encryptedBy = (SSEAlgorithm: string, KMSMasterKeyID?: string) => ({
  BucketEncryption: {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }],
  },
});

function problem(properties: object, kmsKeyArn = "", bucketRegion = region): string | undefined {
  const existing = { bucket: "mine", bucketRegion, properties: JSON.stringify(properties) };
  return bucketProblem(existing, { region, kmsKeyArn });
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
    problem({}, "", "us-east-1"),
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
