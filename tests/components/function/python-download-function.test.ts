import * as pulumi from "@pulumi/pulumi";
import test from "ava";
import { readZip } from "../../../local/lambda/zip-archive.ts";
import { fixture, only, recordProgram } from "../../helpers/recorded-program.ts";

const FUNCTION = "aws:lambda/function:Function";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const LAYER = "arn:aws:lambda:eu-central-1:753240598075:layer";

const { graph } = await recordProgram({ folder: fixture("python-functions") });

test("the function is its startup script behind the Web Adapter, and streams", (t) => {
  const { code, ...inputs } = only(graph, FUNCTION, "arm").inputs;
  t.true(pulumi.asset.FileArchive.isInstance(code));
  t.deepEqual(inputs, {
    description: "Streams objects from S3, with Python and stdlib",
    runtime: "python3.13",
    handler: "run.sh",
    layers: [`${LAYER}:LambdaAdapterLayerArm64:27`],
    role: only(graph, "aws:iam/role:Role", "arm").outputs.arn,
    architectures: ["arm64"],
    timeout: 120,
    memorySize: 1024,
    reservedConcurrentExecutions: 3,
    environment: {
      variables: {
        AWS_LAMBDA_EXEC_WRAPPER: "/opt/bootstrap",
        AWS_LWA_INVOKE_MODE: "response_stream",
        AWS_LWA_PORT: "8080",
        AWS_LWA_READINESS_CHECK_PATH: "/ready",
        BUCKET: only(graph, "aws:s3/bucket:Bucket").outputs.bucket,
        KEY_PREFIX: "public/",
        LOG_KEYS: "true",
      },
    },
    loggingConfig: {
      logFormat: "Text",
      logGroup: only(graph, "aws:cloudwatch/logGroup:LogGroup", "arm").outputs.name,
    },
    tracingConfig: { mode: "PassThrough" },
    tags: { team: "web" },
  });
});

test("runtime and layer follow the version and the processor", (t) => {
  t.like(only(graph, FUNCTION, "x86").inputs, {
    runtime: "python3.14",
    architectures: ["x86_64"],
    layers: [`${LAYER}:LambdaAdapterLayerX86:27`],
  });
});

test("the function may write its own log and read objects under the prefix, and nothing else", (t) => {
  const bucketArn = String(only(graph, "aws:s3/bucket:Bucket").outputs.arn);
  const policy = JSON.parse(String(only(graph, POLICY, "arm").inputs.policy)) as { Statement: unknown };
  const owned = { StringEquals: { "aws:ResourceAccount": "123456789012" } };
  t.deepEqual(policy.Statement, [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: `${String(only(graph, "aws:cloudwatch/logGroup:LogGroup", "arm").outputs.arn)}:*`,
    },
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${bucketArn}/public/*`, Condition: owned },
    {
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: bucketArn,
      Condition: { ...owned, StringLike: { "s3:prefix": "public/*" } },
    },
  ]);
});

test("the standard library's package is the download package, the server and the startup script", async (t) => {
  const archive = only(graph, FUNCTION, "arm").inputs.code as pulumi.asset.FileArchive;
  const files = await readZip(await archive.path);
  const modules = [...files.keys()].filter((name) => name.startsWith("download/"));
  t.true(modules.includes("download/__init__.py") && modules.includes("download/response.py"));
  t.deepEqual([...files.keys()].sort(), [...modules, "run.sh", "stdlib_server.py"].sort());
  t.is(files.get("run.sh")?.mode, 0o755);
});

test.serial("packages that cannot be had stop the program before anything is registered", async (t) => {
  process.env.PIP_NO_INDEX = process.env.UV_NO_INDEX = "1";
  const registered: string[] = [];
  await t.throwsAsync(recordProgram({ folder: fixture("python-unavailable"), registered }), {
    message:
      /python-unavailable\/requirements\.txt cannot be installed for Python 3\.13 on arm64|neither is installed/,
  });
  t.deepEqual(registered, []);
});
