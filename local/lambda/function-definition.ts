import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { trustRefusal } from "../iam/trust-policy.ts";
import { reservedVariables } from "./reserved-variables.ts";

/** A function as the program recorded it, with AWS's defaults for what it left out. */
export interface FunctionDefinition {
  readonly arn: string;
  readonly name: string;
  /** Format: `index.handler`. */
  readonly handler: string;
  /** Format: `nodejs24.x`, `python3.14`. */
  readonly runtime: string;
  readonly architecture: "arm64" | "x86_64";
  /** ARNs of layer versions, in the order in which they are laid over each other. */
  readonly layers: readonly string[];
  readonly roleArn: string;
  /** Pulumi's own archive object. */
  readonly code: unknown;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Reserved concurrency. */
  readonly maxConcurrency: number;
  readonly logFormat: "Text" | "JSON";
  readonly logGroup: string;
}

/** Names a script that is started in the runtime's place. */
export const WRAPPER_VARIABLE = "AWS_LAMBDA_EXEC_WRAPPER";

/** Default concurrency quota of an account, for functions that reserve none. */
export const ACCOUNT_CONCURRENCY = 1000;

/**
 * @throws Error naming the function, for what AWS would refuse to create and for runtimes that are not
 * simulated.
 */
export function readFunctions(graph: ResourceGraph): FunctionDefinition[] {
  return graph.ofType("aws:lambda/function:Function").map((resource) => {
    const definition = readFunction(resource);
    requireTrust(graph, definition);
    return definition;
  });
}

function requireTrust(graph: ResourceGraph, { name, arn, roleArn }: FunctionDefinition): void {
  const refusal = trustRefusal(graph, roleArn, { service: "lambda.amazonaws.com", sourceArn: arn });
  if (refusal === undefined) return;
  // AWS's own sentence, and why.
  const message = "The role defined for the function cannot be assumed by Lambda";
  throw new Error(`The Lambda function ${name}: ${message}, because ${refusal}.`);
}

function readFunction(resource: RecordedResource): FunctionDefinition {
  const { inputs, outputs } = resource;
  const name = text(outputs["name"]) ?? resource.name;
  const required = (property: string, value: unknown): string => {
    const found = text(value);
    if (found === undefined) throw new Error(`The Lambda function ${name} has no ${property}.`);
    return found;
  };
  const logging = record(inputs["loggingConfig"]);
  const variables = readVariables(name, record(inputs["environment"])["variables"]);
  return {
    arn: required("arn", outputs["arn"]),
    name,
    handler: required("handler", inputs["handler"]),
    runtime: simulatedRuntime(name, inputs["runtime"], variables),
    architecture: list(inputs["architectures"])[0] === "arm64" ? "arm64" : "x86_64",
    layers: list(inputs["layers"]),
    roleArn: required("role", inputs["role"]),
    code: inputs["code"],
    timeoutSeconds: number(inputs["timeout"]) ?? 3,
    memoryMiB: number(inputs["memorySize"]) ?? 128,
    variables,
    maxConcurrency: reservedConcurrency(inputs["reservedConcurrentExecutions"]) ?? ACCOUNT_CONCURRENCY,
    logFormat: logging["logFormat"] === "JSON" ? "JSON" : "Text",
    logGroup: logGroupName(text(logging["logGroup"])) ?? `/aws/lambda/${name}`,
  };
}

function simulatedRuntime(name: string, value: unknown, variables: Readonly<Record<string, string>>): string {
  const runtime = text(value) ?? "none";
  if (runtime.startsWith("nodejs")) return runtime;
  if (!/^python3\.\d+$/.test(runtime)) {
    throw new Error(
      `The Lambda function ${name} has the runtime ${runtime}; the local cloud runs nodejs and python only.`,
    );
  }
  if (variables[WRAPPER_VARIABLE] !== undefined) return runtime;
  throw new Error(
    `The Lambda function ${name} has the runtime ${runtime} and no ${WRAPPER_VARIABLE}; the local cloud runs Python behind a wrapper only.`,
  );
}

function readVariables(name: string, value: unknown): Record<string, string> {
  const variables = Object.entries(record(value));
  const reserved = variables
    .map(([variable]) => variable)
    .filter((variable) => reservedVariables.has(variable));
  if (reserved.length > 0) {
    throw new Error(
      `The Lambda function ${name} sets environment variables that Lambda reserves for itself: ${reserved.join(", ")}.`,
    );
  }
  return Object.fromEntries(variables.map(([variable, setting]) => [variable, String(setting)]));
}

/** -1 is the provider's way of saying that nothing is reserved. */
function reservedConcurrency(value: unknown): number | undefined {
  const reserved = number(value);
  return reserved === undefined || reserved < 0 ? undefined : reserved;
}

/** Takes a name, or a log group's ARN: `arn:aws:logs:{region}:{account}:log-group:{name}`, maybe with `:*`. */
function logGroupName(nameOrArn: string | undefined): string | undefined {
  return nameOrArn?.replace(/^arn:[^:]*:logs:[^:]*:[^:]*:log-group:/, "").replace(/:\*$/, "");
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
