import test from "ava";
import { bucketReadStatements } from "../../components/policy-statements.ts";

const whole = { bucketArn: "arn:aws:s3:::files", keyPrefix: "", kmsKeyArn: "", accountId: "" };
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

test("a bucket whose owner is known is read as that account's alone", (t) => {
  const owned = { StringEquals: { "aws:ResourceAccount": "123456789012" } };
  const statements = bucketReadStatements({
    ...whole,
    keyPrefix: "a/",
    kmsKeyArn,
    accountId: "123456789012",
  });
  t.deepEqual(
    statements.map(({ Condition }) => Condition),
    [owned, { ...owned, StringLike: { "s3:prefix": "a/*" } }, undefined],
  );
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
  { bucketArn: "arn:aws-cn:s3:::files", keyPrefix: "public/", kmsKeyArn, accountId: "123456789012" },
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
