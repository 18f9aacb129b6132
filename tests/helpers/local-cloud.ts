import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { ExecutionContext, TestFn } from "ava";
import {
  bringToLife,
  type LoadedProgram,
  loadProgram,
  type LocalCloud,
  type LocalCloudOptions,
} from "../../local/cloud.ts";
import type { ApiOutput } from "../../contract/stack-outputs.ts";
import type { EnvironmentStatus } from "../../local/lambda/lambda-host.ts";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import type { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { readStackSettings } from "../../local/program/stack-settings.ts";
import { patientLimits } from "./patient-limits.ts";
import { until } from "./until.ts";

export const projectFolder = join(import.meta.dirname, "..", "..");

export interface TestCloudOptions extends Partial<Omit<LocalCloudOptions, "settings" | "files" | "log">> {
  /** Beside those of the `dev` stack: `key=value`, as the Pulumi CLI takes them. Default: none. */
  readonly config?: readonly string[];
  /** Served as the bucket, read-only. Default: an empty folder that objects can be put into. */
  readonly filesFolder?: string;
  /** Whether the private chat API is there as well, with its containers. Default: false. */
  readonly chat?: boolean;
  /** Changes what the program registered before it comes to life. */
  readonly alterGraph?: (graph: ResourceGraph) => ResourceGraph;
}

/** What the program exports with the `dev` stack's settings. A test that leaves something out of the stack knows so. */
export type TestOutputs = LocalCloud["outputs"] & {
  readonly downloadApi: ApiOutput;
  readonly apiKey: string;
};

export interface TestCloud extends LocalCloud {
  readonly outputs: TestOutputs;
  /** Names an error the local cloud is expected to report. One that no test names fails the test. */
  expectError(pattern: RegExp): void;
  putObject(key: string, body: Buffer | string): Promise<void>;
  url(key: string): string;
  /** The environments of a function, by its name in the program. */
  environments(functionName: string): Promise<EnvironmentStatus[]>;
  download(key: string, init?: RequestInit): Promise<Response>;
}

/** A local cloud for one test, or whatever else tears it down in the end, on ports of its own. */
export async function startTestCloud(
  t: Pick<ExecutionContext, "teardown">,
  options: TestCloudOptions = {},
): Promise<TestCloud> {
  const log = new CloudLog();
  const emptyFolder = mkdtempSync(join(tmpdir(), "streamgate-files-"));
  t.teardown(() => rmSync(emptyFolder, { recursive: true, force: true }));
  const cloudOptions = {
    projectFolder,
    port: 0,
    enforceCaps: false,
    ...options,
    limits: { ...patientLimits, ...options.limits },
    settings: readStackSettings(options.projectFolder ?? projectFolder, "dev", [
      ...(isOwnProgram(options) ? [`chat=${options.chat ?? false}`] : []),
      ...(options.config ?? []),
    ]),
    files: { folder: options.filesFolder ?? emptyFolder, writable: options.filesFolder === undefined },
    log,
  };
  const program = await loadInTurn(cloudOptions);
  const graph = options.alterGraph?.(program.graph) ?? program.graph;
  const cloud = await bringToLife({ ...program, graph }, cloudOptions);

  const expected: RegExp[] = [];
  t.teardown(async () => {
    // A broken answer reaches the client before the part that broke it off has been reported.
    await until(() => missingErrors(log, expected).length === 0, 30).finally(() => cloud.close());
    failOnUnnamedErrors(log, expected);
  });
  const outputs = cloud.outputs as TestOutputs;
  return {
    ...cloud,
    outputs,
    ...callers({ ...cloud, outputs }),
    expectError: (pattern) => expected.push(pattern),
  };
}

function isOwnProgram(options: TestCloudOptions): boolean {
  return options.projectFolder === undefined || options.projectFolder === projectFolder;
}

/** Pulumi keeps one program's state a process, so programs are run one after the other. */
let lastLoad: Promise<unknown> = Promise.resolve();

function loadInTurn(options: LocalCloudOptions & { log: CloudLog }): Promise<LoadedProgram> {
  const load = lastLoad.then(() => loadProgram(options));
  lastLoad = load.catch(() => {});
  return load;
}

function callers({
  graph,
  lambda,
  outputs,
}: Pick<TestCloud, "graph" | "lambda" | "outputs">): Pick<
  TestCloud,
  "putObject" | "url" | "download" | "environments"
> {
  const s3 = new S3Client({
    region: outputs.region,
    endpoint: outputs.local.endpoints.s3,
    credentials: outputs.local.credentials,
  });
  const url = (key: string) =>
    `${outputs.downloadApi.url}/download/${key.split("/").map(encodeURIComponent).join("/")}`;
  return {
    async putObject(key, body) {
      await s3.send(new PutObjectCommand({ Bucket: outputs.bucket, Key: key, Body: body }));
    },
    url,
    environments(functionName) {
      const named = graph.ofType("aws:lambda/function:Function").find(({ name }) => name === functionName);
      return lambda.environments(String(named?.outputs.arn));
    },
    download: (key, init = {}) =>
      fetch(url(key), { ...init, headers: { "x-api-key": outputs.apiKey, ...init.headers } }),
  };
}

function reportedErrors(log: CloudLog): string[] {
  return log.entries
    .filter(({ level }) => level === "error")
    .map(({ source, message }) => `${source}: ${message}`);
}

function missingErrors(log: CloudLog, expected: readonly RegExp[]): RegExp[] {
  return expected.filter((pattern) => !reportedErrors(log).some((error) => pattern.test(error)));
}

function failOnUnnamedErrors(log: CloudLog, expected: readonly RegExp[]): void {
  const unnamed = reportedErrors(log).filter((error) => !expected.some((pattern) => pattern.test(error)));
  if (unnamed.length > 0)
    throw new Error(`the local cloud reported what the test did not name:\n${unnamed.join("\n")}`);
}

/**
 * One cloud for all tests of a file, as it takes time to start. Tests that order faults or count requests have to be
 * serial.
 *
 * @returns The cloud, once the tests run.
 */
export function shareCloud<Cloud extends TestCloud>(
  test: TestFn,
  start: (t: Pick<ExecutionContext, "teardown">) => Promise<Cloud>,
): () => Cloud {
  const teardowns: (() => unknown)[] = [];
  let cloud: Cloud | undefined;
  test.before(async () => {
    cloud = await start({ teardown: (teardown) => teardowns.push(teardown) });
  });
  test.after.always(async () => {
    for (const teardown of teardowns.reverse()) await teardown();
  });
  return () => {
    if (cloud === undefined) throw new Error("the cloud is there only once the tests run");
    return cloud;
  };
}
