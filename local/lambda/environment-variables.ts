import type { Credentials } from "../iam/caller.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { ManagedRuntime } from "./managed-runtime.ts";

/** Inputs of an environment's variables. */
export interface EnvironmentContext {
  readonly definition: FunctionDefinition;
  readonly region: string;
  readonly credentials: Credentials;
  readonly logStream: string;
  readonly taskFolder: string;
  readonly runtime: ManagedRuntime;
  /** Format: `127.0.0.1:9001`. */
  readonly runtimeApi: string;
}

/** A variable Lambda sets. */
export interface LambdaVariable {
  /** Difference from AWS. */
  readonly difference?: string;
  /** `undefined` leaves the variable unset. */
  readonly value: (context: EnvironmentContext) => string | undefined;
}

/**
 * Every variable a function finds beside its own and the endpoints of the local services; nothing comes from the
 * shell the local cloud was started in.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export const lambdaVariables: Readonly<Record<string, LambdaVariable>> = {
  _HANDLER: variable(({ definition }) => definition.handler),
  _X_AMZN_TRACE_ID: variable(() => undefined, "set by the runtime for each invocation; nothing is traced"),
  AWS_REGION: variable(({ region }) => region),
  AWS_DEFAULT_REGION: variable(({ region }) => region),
  AWS_EXECUTION_ENV: variable(
    ({ definition }) => `AWS_Lambda_${definition.runtime}`,
    "the laptop's Node.js or Python runs",
  ),
  AWS_LAMBDA_FUNCTION_NAME: variable(({ definition }) => definition.name),
  AWS_LAMBDA_FUNCTION_VERSION: variable(() => "$LATEST"),
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: variable(({ definition }) => String(definition.memoryMiB)),
  AWS_LAMBDA_INITIALIZATION_TYPE: variable(() => "on-demand"),
  AWS_LAMBDA_LOG_GROUP_NAME: variable(({ definition }) => definition.logGroup),
  AWS_LAMBDA_LOG_STREAM_NAME: variable(({ logStream }) => logStream),
  AWS_LAMBDA_LOG_FORMAT: variable(({ definition }) => (definition.logFormat === "JSON" ? "JSON" : undefined)),
  AWS_LAMBDA_RUNTIME_API: variable(({ runtimeApi }) => runtimeApi),
  AWS_ACCESS_KEY: variable(() => undefined),
  AWS_ACCESS_KEY_ID: variable(
    ({ credentials }) => credentials.accessKeyId,
    "known to the local services only",
  ),
  AWS_SECRET_ACCESS_KEY: variable(
    ({ credentials }) => credentials.secretAccessKey,
    "known to the local services only",
  ),
  AWS_SESSION_TOKEN: variable(
    ({ credentials }) => credentials.sessionToken,
    "known to the local services only",
  ),
  LAMBDA_TASK_ROOT: variable(({ taskFolder }) => taskFolder, "a temporary folder instead of /var/task"),
  LAMBDA_RUNTIME_DIR: variable(
    ({ runtime }) => runtime.runtimeFolder,
    "local/lambda/bootstrap, or .cache/python/runtime, instead of /var/runtime",
  ),
  LANG: variable(() => "en_US.UTF-8"),
  PATH: variable(
    ({ runtime }) => `${runtime.binFolder}:/usr/local/bin:/usr/bin:/bin:/opt/bin`,
    "the laptop's Node.js or Python instead of /var/lang/bin",
  ),
  PYTHONPATH: variable(
    ({ definition, runtime }) =>
      definition.runtime.startsWith("python") ? runtime.runtimeFolder : undefined,
    ".cache/python/runtime instead of /var/runtime; set for Python",
  ),
  TZ: variable(() => ":UTC"),
};

/**
 * Variables that Lambda hides from extensions.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-api-env
 */
const hiddenFromExtensions: ReadonlySet<string> = new Set([
  "_HANDLER",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
]);

/**
 * @param local What the local cloud sets: where the SDK finds the local services (`AWS_ENDPOINT_URL_S3`), an
 * environment's own port. It wins over everything, so that no function reaches outside.
 */
export function environmentVariables(
  context: EnvironmentContext,
  local: Readonly<Record<string, string>>,
): Record<string, string> {
  const set = Object.entries(lambdaVariables).flatMap(([name, { value }]) => {
    const setting = value(context);
    return setting === undefined ? [] : [[name, setting] as const];
  });
  return { ...Object.fromEntries(set), ...context.definition.variables, ...local };
}

/** @param variables The function's. */
export function extensionVariables(variables: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !hiddenFromExtensions.has(name)));
}

function variable(value: LambdaVariable["value"], difference?: string): LambdaVariable {
  return { value, ...(difference !== undefined && { difference }) };
}
