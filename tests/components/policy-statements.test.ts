import test from "ava";
import { bucketReadStatements } from "../../components/policy-statements.ts";

const whole = { bucketArn: "arn:aws:s3:::files", keyPrefix: "", kmsKeyArn: "" };
const kmsKeyArn = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234";

test("a whole bucket is read with GetObject, and ListBucket makes a missing object a 404", (t) => {
  t.deepEqual(bucketReadStatements(whole), [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/*" },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::files" },
  ]);
});

test("a prefix bounds both statements", (t) => {
  t.deepEqual(bucketReadStatements({ ...whole, keyPrefix: "public/" }), [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/public/*" },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: "arn:aws:s3:::files",
      Condition: { StringLike: { "s3:prefix": "public/*" } },
    },
  ]);
});

test("a key of the bucket's own adds kms:Decrypt on that key alone", (t) => {
  t.deepEqual(bucketReadStatements({ ...whole, kmsKeyArn }).at(-1), {
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: kmsKeyArn,
  });
});

for (const access of [
  whole,
  { ...whole, keyPrefix: "a/b/" },
  { bucketArn: "arn:aws-cn:s3:::files", keyPrefix: "public/", kmsKeyArn },
]) {
  test(`no statement for ${JSON.stringify(access)} has a wildcard action or resource`, (t) => {
    for (const { Effect, Action, Resource } of bucketReadStatements(access)) {
      t.is(Effect, "Allow");
      t.notRegex(String(Action), /\*/);
      t.true(
        [access.bucketArn, access.kmsKeyArn].some((arn) => arn !== "" && String(Resource).startsWith(arn)),
      );
    }
  });
}
