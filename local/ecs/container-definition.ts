import { GraphError } from "../graph/graph-error.ts";
import type { RecordedResource } from "../graph/resource-graph.ts";

/** The container of a task, with AWS's defaults for what the program left out. */
export interface ContainerDefinition {
  readonly name: string;
  readonly imageUri: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Overrides the image's own command; `undefined` for none. */
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  readonly workingDirectory: string | undefined;
  readonly portMappings: readonly PortMapping[];
  readonly healthCheck: HealthCheck | undefined;
  /** From SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** `undefined` when the container's output goes nowhere. */
  readonly logGroup: string | undefined;
}

export interface PortMapping {
  readonly containerPort: number;
  /** Target group of this port. */
  readonly targetGroupArn: string | undefined;
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html */
export interface HealthCheck {
  /** Format: `["CMD", "node", "-e", "..."]` or `["CMD-SHELL", "..."]`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

/** @throws GraphError for what Fargate, or awsx, would refuse. */
export function readContainer(
  service: RecordedResource,
  inputs: Readonly<Record<string, unknown>>,
  logGroup: unknown,
): ContainerDefinition {
  const within = rangeCheck(service);
  return {
    name: String(inputs.name),
    imageUri: String(inputs.image),
    variables: readVariables(inputs.environment),
    entryPoint: inputs.entryPoint as readonly string[] | undefined,
    command: inputs.command as readonly string[] | undefined,
    workingDirectory: inputs.workingDirectory as string | undefined,
    portMappings: readPortMappings(service, inputs.portMappings),
    healthCheck: readHealthCheck(within, inputs.healthCheck),
    stopTimeoutSeconds: within("stopTimeout", inputs.stopTimeout ?? 30, 2, 120),
    logGroup: readLogGroup(inputs.logConfiguration, logGroup),
  };
}

type RangeCheck = (property: string, value: unknown, least: number, most: number) => number;

function rangeCheck(service: RecordedResource): RangeCheck {
  return (property, value, least, most) => {
    const number = Number(value);
    if (number >= least && number <= most) return number;
    throw new GraphError(
      service,
      `the container's ${property} is ${String(value)}, and has to be ${least} to ${most} on Fargate`,
    );
  };
}

function readVariables(environment: unknown): Record<string, string> {
  const variables = (environment ?? []) as readonly { readonly name: string; readonly value?: string }[];
  return Object.fromEntries(variables.map(({ name, value }) => [name, value ?? ""]));
}

/** awsx registers tasks under the port of the target group, and ECS refuses one that the container does not map. */
function readPortMappings(service: RecordedResource, inputs: unknown): PortMapping[] {
  const mappings = (inputs ?? []) as readonly {
    readonly containerPort?: number;
    readonly targetGroup?: { readonly arn: string; readonly port?: number };
  }[];
  return mappings.map(({ containerPort, targetGroup }) => {
    const port = containerPort ?? targetGroup?.port ?? 0;
    if (targetGroup?.port !== undefined && targetGroup.port !== port) {
      throw new GraphError(
        service,
        `the target group's port is ${targetGroup.port}, and the container's ${port}; they have to be the same`,
      );
    }
    return { containerPort: port, targetGroupArn: targetGroup?.arn };
  });
}

function readHealthCheck(within: RangeCheck, inputs: unknown): HealthCheck | undefined {
  if (inputs === undefined) return undefined;
  const check = inputs as Readonly<Record<string, unknown>>;
  return {
    command: (check.command ?? []) as readonly string[],
    intervalSeconds: within("healthCheck.interval", check.interval ?? 30, 5, 300),
    timeoutSeconds: within("healthCheck.timeout", check.timeout ?? 5, 2, 60),
    retries: within("healthCheck.retries", check.retries ?? 3, 1, 10),
    startPeriodSeconds: within("healthCheck.startPeriod", check.startPeriod ?? 0, 0, 300),
  };
}

/** awsx fills in a container's `logConfiguration` from the task definition's `logGroup`. */
function readLogGroup(logConfiguration: unknown, logGroup: unknown): string | undefined {
  const { options } = (logConfiguration ?? {}) as { readonly options?: Readonly<Record<string, string>> };
  if (options !== undefined) return options["awslogs-group"];
  const { existing } = (logGroup ?? {}) as {
    readonly existing?: { readonly name?: string; readonly arn?: string };
  };
  return existing?.name ?? existing?.arn?.replace(/^.*:log-group:/, "").replace(/:\*$/, "");
}
