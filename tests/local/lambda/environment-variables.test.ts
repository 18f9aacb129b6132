import test from "ava";
import { extensionVariables, lambdaVariables } from "../../../local/lambda/environment-variables.ts";
import { reservedVariables } from "../../../local/lambda/reserved-variables.ts";
import { hostFunction } from "../../helpers/lambda-host.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";

const reports = `export const handler = async () => process.env;`;

test("a function sees its own variables, Lambda's and the endpoints, and nothing of the developer's shell", async (t) => {
  process.env["STREAMGATE_CANARY"] = "leaked";
  const credentials = new CredentialStore();
  const { host, request } = await hostFunction(t, reports, {
    credentials,
    inputs: {
      environment: { variables: { OWN: "1", TZ: "Europe/Berlin", AWS_ENDPOINT_URL_S3: "http://elsewhere" } },
      memorySize: 256,
    },
    endpointVariables: { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" },
  });
  const variables = JSON.parse((await host.invoke(request())).toString()) as Record<string, string>;
  const unset = ["AWS_ACCESS_KEY", "AWS_LAMBDA_LOG_FORMAT", "PYTHONPATH"];
  const expected = [...Object.keys(lambdaVariables), "OWN", "AWS_ENDPOINT_URL_S3"];
  t.deepEqual(Object.keys(variables).sort(), expected.filter((name) => !unset.includes(name)).sort());
  t.like(variables, {
    OWN: "1",
    TZ: "Europe/Berlin",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_REGION: "eu-central-1",
    _HANDLER: "index.handler",
  });
  t.regex(
    variables["_X_AMZN_TRACE_ID"] ?? "",
    /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
  );
  t.deepEqual(credentials.find(variables["AWS_ACCESS_KEY_ID"] ?? "")?.principal, {
    kind: "role",
    roleArn: "arn:aws:iam::123456789012:role/probe",
  });
});

test("a reserved name in the configuration is refused, as AWS refuses it", async (t) => {
  const error = await t.throwsAsync(
    hostFunction(t, reports, { inputs: { environment: { variables: { AWS_REGION: "x", OWN: "1" } } } }),
  );
  t.regex(error.message, /probe sets environment variables that Lambda reserves for itself: AWS_REGION\.$/);
});

test("the reserved names are those of AWS's documentation", (t) => {
  t.deepEqual([...reservedVariables].sort(), [
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_FORMAT",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
  ]);
});

test("a function finds the SDK the runtime carries, and no other package of the project", async (t) => {
  const { host, request } = await hostFunction(
    t,
    `import { createRequire } from "node:module";
    const require = createRequire(import.meta.url);
    const outcome = async (load) => { try { await load(); return "found"; } catch (error) { return error.code; } };
    export const handler = async () => Promise.all([
      outcome(() => import("@aws-sdk/client-s3")),
      outcome(() => require("@smithy/core")),
      outcome(() => import("esbuild")),
      outcome(() => require("@pulumi/pulumi")),
    ]);`,
    { inputs: { memorySize: 512, timeout: 60 } },
  );
  t.deepEqual(JSON.parse((await host.invoke(request())).toString()), [
    "found",
    "found",
    "ERR_MODULE_NOT_FOUND",
    "MODULE_NOT_FOUND",
  ]);
});

test("an extension sees what AWS's documentation lets it see", (t) => {
  const all = {
    ...Object.fromEntries([...reservedVariables].map((name) => [name, "1"])),
    OWN: "1",
    PATH: "1",
  };
  const seen = Object.keys(extensionVariables(all));
  t.deepEqual(
    Object.keys(all).filter((name) => !seen.includes(name)),
    [
      "_HANDLER",
      "AWS_EXECUTION_ENV",
      "AWS_LAMBDA_LOG_GROUP_NAME",
      "AWS_LAMBDA_LOG_STREAM_NAME",
      "LAMBDA_TASK_ROOT",
      "LAMBDA_RUNTIME_DIR",
    ],
  );
});
