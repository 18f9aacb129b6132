import type { LogGroups } from "../logs/log-groups.ts";
import type { FunctionDefinition } from "./function-definition.ts";

/** Figures of one invocation, for its REPORT line. */
export interface InvocationReport {
  readonly requestId: string;
  readonly durationMilliseconds: number;
  /** Duration of the initialization, for the first invocation of an environment. */
  readonly initMilliseconds: number | undefined;
  readonly maxMemoryBytes: number;
  /** `undefined` when all went well. Format: `Sandbox.Timedout`. */
  readonly errorType: string | undefined;
}

/**
 * A function's log group: its own lines, and those the platform writes around them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
export class FunctionLog {
  readonly #logGroups: LogGroups;
  readonly #definition: FunctionDefinition;

  constructor(logGroups: LogGroups, definition: FunctionDefinition) {
    this.#logGroups = logGroups;
    this.#definition = definition;
  }

  line(text: string): void {
    this.#logGroups.append(this.#definition.logGroup, text);
  }

  initFailed(initMilliseconds: number, errorType: string): void {
    const status = errorType === "Sandbox.Timedout" ? "timeout" : "error";
    this.#platform(
      `INIT_REPORT Init Duration: ${milliseconds(initMilliseconds)}\tPhase: init\tStatus: ${status}\tError Type: ${errorType}`,
      "platform.initReport",
      { phase: "init", status, errorType, metrics: { durationMs: rounded(initMilliseconds) } },
    );
  }

  start(requestId: string): void {
    const record = { requestId, version: "$LATEST" };
    this.#platform(`START RequestId: ${requestId} Version: $LATEST`, "platform.start", record);
  }

  end(report: InvocationReport): void {
    const { requestId, durationMilliseconds, initMilliseconds, errorType } = report;
    const billed = Math.ceil(durationMilliseconds + (initMilliseconds ?? 0));
    const maxMemoryMiB = Math.ceil(report.maxMemoryBytes / 1024 / 1024);
    const status = statusOf(errorType);
    const fields = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${milliseconds(durationMilliseconds)}`,
      `Billed Duration: ${billed} ms`,
      `Memory Size: ${this.#definition.memoryMiB} MB`,
      `Max Memory Used: ${maxMemoryMiB} MB`,
      ...(initMilliseconds === undefined ? [] : [`Init Duration: ${milliseconds(initMilliseconds)}`]),
      ...(status === "success" ? [] : [`Status: ${status}`]),
      ...(status === "error" ? [`Error Type: ${errorType}`] : []),
    ];
    const metrics = {
      durationMs: rounded(durationMilliseconds),
      billedDurationMs: billed,
      memorySizeMB: this.#definition.memoryMiB,
      maxMemoryUsedMB: maxMemoryMiB,
      ...(initMilliseconds !== undefined && { initDurationMs: rounded(initMilliseconds) }),
    };
    if (status === "timeout") {
      const seconds = this.#definition.timeoutSeconds.toFixed(2);
      this.line(`${new Date().toISOString()} ${requestId} Task timed out after ${seconds} seconds`);
    }
    if (this.#definition.logFormat === "Text") this.line(`END RequestId: ${requestId}`);
    this.#platform(`${fields.join("\t")}\t`, "platform.report", { requestId, status, errorType, metrics });
  }

  #platform(text: string, type: string, record: Readonly<Record<string, unknown>>): void {
    const isJson = this.#definition.logFormat === "JSON";
    this.line(isJson ? JSON.stringify({ time: new Date().toISOString(), type, record }) : text);
  }
}

/** Errors a handler throws are the function's business: the platform reports success for them. */
function statusOf(errorType: string | undefined): "success" | "timeout" | "error" {
  if (errorType === "Sandbox.Timedout") return "timeout";
  return errorType?.startsWith("Runtime.") === true ? "error" : "success";
}

function milliseconds(value: number): string {
  return `${value.toFixed(2)} ms`;
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
