import test from "ava";
import { fixture, recordProgram, type RecordOptions } from "../../helpers/recorded-program.ts";

const folder = fixture("existing-bucket");

/** Fails if the program registers anything. */
async function refusal(functions: NonNullable<RecordOptions["functions"]>): Promise<string> {
  const registered: string[] = [];
  const error = await recordProgram({ folder, functions, registered }).then(
    () => undefined,
    (failure: unknown) => failure as Error,
  );
  if (registered.length > 0) throw new Error(`registered: ${registered.join()}`);
  return String(error?.message);
}

test.serial("a bucket that would do lets the program go on", async (t) => {
  const { graph } = await recordProgram({ folder });
  t.is(graph.ofType("aws:iam/role:Role").length, 1);
});

test.serial("a bucket that is missing ends the program before it makes anything", async (t) => {
  const missing = () => {
    const details = "reading S3 Bucket (mine): couldn't find resource";
    throw Object.assign(new Error(details), { details });
  };
  t.regex(
    await refusal({ "aws:s3/getBucket:getBucket": missing }),
    /bucket "mine" cannot be looked at: it does not exist, .*couldn't find resource/s,
  );
});

test.serial("a bucket in another Region ends the program before it makes anything", async (t) => {
  const elsewhere = () => ({ id: "mine", bucket: "mine", bucketRegion: "us-east-1" });
  t.regex(
    await refusal({ "aws:s3/getBucket:getBucket": elsewhere }),
    /bucket "mine" is in us-east-1, this stack/,
  );
});

test.serial("a bucket under a key that is not named ends the program before it makes anything", async (t) => {
  const encryption = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "1234abcd" };
  const properties = JSON.stringify({
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: encryption }] },
  });
  t.regex(
    await refusal({ "aws:cloudcontrol/getResource:getResource": () => ({ id: "mine", properties }) }),
    /the KMS key 1234abcd; name its ARN in bucketKmsKeyArn/,
  );
});
