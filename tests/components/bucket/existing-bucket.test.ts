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

/** The provider's refusal. */
const refuses = (details: string) => () => {
  throw Object.assign(new Error(details), { details });
};

for (const [what, details, message] of [
  [
    "that is missing",
    "reading S3 Bucket (mine): couldn't find resource",
    /bucket "mine" does not exist; .*couldn't find resource/s,
  ],
  ["that S3 sends elsewhere for", "StatusCode: 301", /bucket "mine" is in another Region than this stack/],
  [
    "that may not be looked at",
    "StatusCode: 403",
    /bucket "mine" may not be looked at with your credentials/,
  ],
] as const) {
  test.serial(`a bucket ${what} ends the program before it makes anything`, async (t) => {
    t.regex(await refusal({ "aws:s3/getBucket:getBucket": refuses(details) }), message);
  });
}

test.serial("settings that may not be read end the program before it makes anything", async (t) => {
  const functions = { "aws:cloudcontrol/getResource:getResource": refuses("AccessDeniedException: no") };
  t.regex(await refusal(functions), /bucket "mine" may not be looked at .*cloudformation:GetResource/s);
});

test.serial("a bucket in another Region ends the program before it makes anything", async (t) => {
  const elsewhere = () => ({ id: "mine", bucket: "mine", bucketRegion: "us-east-1" });
  const functions = {
    "aws:s3/getBucket:getBucket": elsewhere,
    "aws:cloudcontrol/getResource:getResource": refuses("not of this Region"),
  };
  t.regex(await refusal(functions), /bucket "mine" is in us-east-1, this stack/);
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
