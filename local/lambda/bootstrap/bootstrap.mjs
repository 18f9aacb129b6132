// The runtime of the local Lambda's Node.js environments: what `/var/runtime` is on AWS. It behaves as the official
// client does (`npm run test:ric` holds both to one table), and needs no build. Built-in modules are taken with
// `process.getBuiltinModule`, which loads what is used and no more: that shortens every cold start.
import { logError, patchConsole, setLogRequestId } from "./console.mjs";
import { RuntimeError } from "./errors.mjs";
import { loadHandler, streamifyResponse } from "./handler.mjs";
import { HttpResponseStream } from "./response-stream.mjs";
import { RuntimeApiClient } from "./runtime-api-client.mjs";

globalThis.awslambda = { ...globalThis.awslambda, streamifyResponse, HttpResponseStream };
patchConsole();

const client = new RuntimeApiClient(required("AWS_LAMBDA_RUNTIME_API"));
const { handler, isStreaming, highWaterMark } = await load(
  required("LAMBDA_TASK_ROOT"),
  required("_HANDLER"),
);
const run = isStreaming ? runStreaming : runBuffered;
for (;;) {
  const { headers, event } = await client.next();
  const context = contextOf(headers);
  setLogRequestId(context.awsRequestId);
  await run(event, context);
}

async function load(taskRoot, name) {
  try {
    return await loadHandler(taskRoot, name);
  } catch (error) {
    logError("Init Error", error);
    await client.postInitError(error);
    throw error;
  }
}

async function runBuffered(event, context) {
  try {
    const result = await handler(event, context);
    await turnOfTheLoop();
    await client.postResponse(context.awsRequestId, result);
  } catch (error) {
    await turnOfTheLoop();
    logError("Invoke Error", error);
    await client.postError(context.awsRequestId, error);
  }
}

async function runStreaming(event, context) {
  const { stream, answered, fail } = client.openResponseStream(context.awsRequestId, highWaterMark);
  try {
    const returned = handler(event, stream, context);
    if (typeof returned?.then !== "function")
      throw new Error("Streaming does not support non-async handlers.");
    if ((await returned) !== undefined) console.warn("Streaming handlers ignore return values.");
    await answered;
    if (!stream.writableFinished) throw new Error("Response stream is not finished.");
  } catch (error) {
    await turnOfTheLoop();
    logError("Invoke Error", error);
    fail(error);
  }
}

/** Lets a rejection that nobody handles end the process before the invocation counts as done. */
function turnOfTheLoop() {
  return new Promise((resolve) => globalThis.setImmediate(resolve));
}

function contextOf(headers) {
  const traceId = headers["lambda-runtime-trace-id"];
  if (traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = traceId;
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    clientContext: parseOptional(headers["lambda-runtime-client-context"]),
    identity: parseOptional(headers["lambda-runtime-cognito-identity"]),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    xRayTraceId: traceId,
    getRemainingTimeInMillis: () => deadline - Date.now(),
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
  };
}

function parseOptional(json) {
  return json === undefined || json === "" ? undefined : JSON.parse(json);
}

function required(name) {
  const value = process.env[name];
  if (value === undefined) {
    throw new RuntimeError("Runtime.PlatformError", `${name} environment variable is not set`);
  }
  return value;
}
