import { EventEmitter, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { ExecutionContext } from "ava";
import { awsLimitValues } from "../../contract/limits.ts";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import { CredentialStore } from "../../local/iam/credential-store.ts";
import { type LambdaHost, type LambdaHostOptions, startLambdaHost } from "../../local/lambda/lambda-host.ts";
import { FunctionError, type InvokeRequest } from "../../local/lambda/lambda-service.ts";
import { LogGroups } from "../../local/logs/log-groups.ts";
import { patientLimits } from "./patient-limits.ts";
import { callerArn, functionArn, graphOfFunction, region } from "./recorded-function.ts";

export interface HostedTestFunction {
  readonly host: LambdaHost;
  readonly arn: string;
  readonly log: CloudLog;
  /** Resolves with the message of the next error the host logs. */
  readonly nextError: () => Promise<string>;
  readonly logGroups: LogGroups;
  /** @param event Given to the handler. */
  readonly request: (event?: unknown) => InvokeRequest;
  /** Invokes with a response stream and reads it to its end. */
  readonly stream: (event?: unknown) => Promise<{ contentType: string; body: Buffer }>;
}

/** `index.mjs` with a streaming handler of this body, which sees `event`, `stream` and `context`. */
export function streaming(body: string): string {
  return `export const handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} });`;
}

/** Starts a Lambda host for one function; it ends with the test. */
export async function hostFunction(
  t: ExecutionContext,
  source: string,
  {
    inputs = {},
    ...options
  }: { inputs?: Readonly<Record<string, unknown>> } & Partial<LambdaHostOptions> = {},
): Promise<HostedTestFunction> {
  const workFolder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  const errors = new EventEmitter();
  const log = new CloudLog(({ message }) => errors.emit("entry", message));
  const logGroups = new LogGroups();
  const host = await startLambdaHost({
    // Not AWS's 3 s, nor its 10 s to start: a function that a test holds back, or a slow machine, is no timeout.
    graph: graphOfFunction("probe", source, { timeout: 60, ...inputs }),
    credentials: new CredentialStore(),
    endpointVariables: {},
    region,
    limits: { ...awsLimitValues, ...patientLimits },
    enforceCaps: false,
    log,
    logGroups,
    projectFolder: join(import.meta.dirname, "../.."),
    workFolder,
    ...options,
  });
  t.teardown(async () => {
    await host.close();
    await rm(workFolder, { recursive: true });
  });
  const arn = functionArn("probe");
  const request = (event: unknown = {}): InvokeRequest => ({
    functionArn: arn,
    payload: Buffer.from(JSON.stringify(event)),
    caller: { service: "apigateway.amazonaws.com", sourceArn: callerArn },
  });
  const stream = async (event?: unknown) => {
    const { contentType, body } = await host.invokeWithResponseStream(request(event));
    return { contentType, body: await buffer(body) };
  };
  const nextError = async () => ((await once(errors, "entry")) as [string])[0];
  return { host, arn, log, nextError, logGroups, request, stream };
}

/** Asserts that an invocation fails as the function's own failure, and returns the message. */
export async function throwsFunctionError(
  t: ExecutionContext,
  invocation: Promise<unknown>,
  errorType: string,
): Promise<string> {
  const error = await t.throwsAsync<FunctionError>(invocation, { instanceOf: FunctionError });
  t.is(error.errorType, errorType);
  return error.message;
}
