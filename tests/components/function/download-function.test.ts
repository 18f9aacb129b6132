import test from "ava";
import * as pulumi from "@pulumi/pulumi";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { readStoreConfiguration } from "../../../core/object-stream/index.ts";
import { only, recordProgram } from "../../helpers/recorded-program.ts";

const FUNCTION = "aws:lambda/function:Function";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ROLE = "aws:iam/role:Role";

const program = await recordProgram({
  config: [
    "downloadTimeoutSeconds=120",
    "downloadMemoryMiB=1024",
    "downloadMaxConcurrency=3",
    "architecture=x86_64",
    "keyPrefix=public/",
    "logRetentionDays=7",
  ],
});

test("the function runs on Node.js 24 with the configured timeout, memory, processor and concurrency", (t) => {
  const { graph } = program;
  const { code, ...inputs } = only(graph, FUNCTION, "download").inputs;
  t.true(pulumi.asset.AssetArchive.isInstance(code));
  t.deepEqual(inputs, {
    description: "Streams objects from S3",
    runtime: "nodejs24.x",
    handler: "index.handler",
    role: only(graph, ROLE, "download").outputs.arn,
    architectures: ["x86_64"],
    timeout: 120,
    memorySize: 1024,
    reservedConcurrentExecutions: 3,
    environment: { variables: { BUCKET: program.outputs.bucket, KEY_PREFIX: "public/" } },
    loggingConfig: { logFormat: "Text", logGroup: only(graph, LOG_GROUP, "download").outputs.name },
    tracingConfig: { mode: "PassThrough" },
    tags: {},
  });
});

test.serial("no concurrency is reserved with 0, which to Lambda would mean switched off", async (t) => {
  const { graph } = await recordProgram({ config: ["downloadMaxConcurrency=0"] });
  t.is(only(graph, FUNCTION, "download").inputs.reservedConcurrentExecutions, -1);
});

for (const logKeys of [true, false]) {
  test.serial(`the function understands its environment with logKeys=${logKeys}`, async (t) => {
    const { graph, outputs } = await recordProgram({ config: [`logKeys=${logKeys}`, "keyPrefix=a/"] });
    const { variables } = only(graph, FUNCTION, "download").inputs.environment as {
      variables: Record<string, string>;
    };
    t.deepEqual(readStoreConfiguration(variables), {
      bucket: String(outputs.bucket),
      keyPrefix: "a/",
      logKeys,
    });
  });
}

test("the code is one index.mjs under 40 KB that exports the handler", async (t) => {
  const archive = only(program.graph, FUNCTION, "download").inputs.code as pulumi.asset.AssetArchive;
  const files = await archive.assets;
  t.deepEqual(Object.keys(files), ["index.mjs"]);
  const code = await (files["index.mjs"] as pulumi.asset.StringAsset).text;
  t.true(Buffer.byteLength(code) < 40 * 1024, `${Buffer.byteLength(code)} bytes`);
  t.regex(code, /export\{[^}]*\bhandler\b[^}]*\}/);
});

function statements(graph: ResourceGraph): unknown {
  return (JSON.parse(String(only(graph, POLICY, "download").inputs.policy)) as { Statement: unknown })
    .Statement;
}

test("the function may write its own log and read objects under the prefix, and nothing else", (t) => {
  const { graph } = program;
  const bucketArn = String(only(graph, "aws:s3/bucket:Bucket").outputs.arn);
  const owned = { StringEquals: { "aws:ResourceAccount": "123456789012" } };
  t.deepEqual(statements(graph), [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${String(only(graph, LOG_GROUP, "download").outputs.arn)}:*`,
    },
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/public/*`, Condition: owned },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucketArn,
      Condition: { ...owned, StringLike: { "s3:prefix": "public/*" } },
    },
  ]);
  t.is(only(graph, POLICY, "download").inputs.role, only(graph, ROLE, "download").outputs.name);
});

test.serial("an encrypted bucket's key may be used to decrypt", async (t) => {
  const key = "arn:aws-cn:kms:cn-north-1:123456789012:key/1234";
  const { graph } = await recordProgram({
    config: ["bucket=mine", `bucketKmsKeyArn=${key}`],
    partition: "aws-cn",
  });
  t.deepEqual((statements(graph) as unknown[]).slice(1), [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws-cn:s3:::mine/*" },
    { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws-cn:s3:::mine" },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: key },
  ]);
});

test("only Lambda can take the function's role, for this account, and no managed policy is attached to it", (t) => {
  const role = only(program.graph, ROLE, "download");
  t.deepEqual(Object.keys(role.inputs).sort(), ["assumeRolePolicy", "tags"]);
  t.deepEqual((JSON.parse(String(role.inputs.assumeRolePolicy)) as { Statement: unknown }).Statement, [
    {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    },
  ]);
  const attachments = program.graph.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment");
  t.false(attachments.some(({ inputs }) => inputs.role === role.outputs.name));
});

test("the function waits for its permissions and has a log group that is kept as long as configured", (t) => {
  const { graph } = program;
  t.true(graph.dependsOn(only(graph, FUNCTION, "download"), only(graph, POLICY, "download")));
  t.deepEqual(only(graph, LOG_GROUP, "download").inputs, { retentionInDays: 7, tags: {} });
});
