import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readFile, symlink } from "node:fs/promises";
import {
  type Agent,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as httpRequest,
} from "node:http";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { ExecutionContext } from "ava";
import { downloadPackage } from "../../components/function/python-download-function.ts";
import { webAdapterVariables } from "../../components/function/web-adapter.ts";
import type { DownloadLogFields } from "../../core/object-stream/index.ts";
import type { InvocationLogEntry } from "../../lambda/request-log.ts";
import { freePort } from "../../local/host/loopback.ts";
import { projectFolder } from "./recorded-program.ts";
import { testNeeding } from "./test-needing.ts";
import { temporaryFolder } from "./running-s3.ts";
import { type Script, type ScriptedS3, startScriptedS3 } from "./scripted-s3.ts";
import { until } from "./until.ts";

/** The Python functions, each with its server. */
const servers = { "download-fastapi": "fastapi", "download-stdlib": "stdlib" } as const;

export type PythonVariant = keyof typeof servers;
export const pythonVariants = Object.keys(servers) as PythonVariant[];

export const READINESS_PATH = webAdapterVariables.AWS_LWA_READINESS_CHECK_PATH;

/** What `.ci/install-python` installs. */
const python = join(projectFolder, ".cache", "python");
const isInstalled = existsSync(join(python, "made-from"));

/** A test that runs Python: skipped, with a word of how to get it, where it is not installed. Never in CI. */
export const pythonTest = testNeeding(isInstalled, ".ci/install-python");

const hasAdapter = existsSync(join(projectFolder, ".cache", "lambda-web-adapter", "bin", "lambda-adapter"));

/** The same for one that runs Python behind the real adapter. */
export const pythonCloudTest = testNeeding(
  isInstalled && hasAdapter,
  ".ci/install-python and .ci/install-lambda-web-adapter",
);

/** An answer of the server, read until its connection had nothing more. */
export interface ServerAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Whether all of what the headers promise came. */
  readonly complete: boolean;
}

export interface AdapterRequest {
  readonly method?: string;
  /** With the query, as it stands in the request line. The readiness path is asked for as the adapter does. */
  readonly path?: string;
  /** What the client sent, of which the adapter has made the path. Default: the same. */
  readonly sentPath?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
  /** Default: a connection for this request alone. */
  readonly agent?: Agent;
}

export interface PythonServerOptions {
  /** Environment variables besides those every test has. */
  readonly variables?: Readonly<Record<string, string>>;
  /** A Python program to start instead of the startup script. */
  readonly program?: string;
}

export interface PythonServer extends ScriptedS3 {
  readonly process: ChildProcess;
  /** The request log; each line is there once it has been written. */
  readonly log: (InvocationLogEntry & DownloadLogFields)[];
  /** Everything the process has written. */
  readonly output: () => string;
  /** A request in the adapter's form, of which only the head has been read. */
  readonly open: (request?: AdapterRequest) => Promise<IncomingMessage>;
  readonly request: (request?: AdapterRequest) => Promise<ServerAnswer>;
  /** Resolves once the log has so many lines. */
  readonly logged: (lines: number) => Promise<unknown>;
}

/** Starts a Python function's server by its startup script, over a scripted S3, as the adapter's wrapper would. */
export async function startPythonServer(
  t: ExecutionContext,
  variant: PythonVariant,
  script: Script,
  options: PythonServerOptions = {},
): Promise<PythonServer> {
  const s3 = await startScriptedS3(t, script);
  const endpoint = await s3.store.client.config.endpoint?.();
  const port = await freePort();
  const variables = {
    AWS_LWA_PORT: String(port),
    AWS_ENDPOINT_URL_S3: `http://${endpoint?.hostname}:${endpoint?.port}`,
    ...options.variables,
  };
  const child = await spawnPackage(t, variant, { ...options, variables });

  const log: PythonServer["log"] = [];
  const lines: string[] = [];
  const read = (line: string) => {
    lines.push(line);
    if (line.startsWith("{")) log.push(JSON.parse(line) as (typeof log)[number]);
  };
  createInterface(child.stdout).on("line", read);
  createInterface(child.stderr).on("line", read);

  const open = (request: AdapterRequest = {}) => send(port, variant, request);
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`the server has ended:\n${lines.join("\n")}`);
    return open({ path: READINESS_PATH }).then(
      (response) => response.resume().statusCode === 204,
      () => false,
    );
  });
  return {
    ...s3,
    process: child,
    log,
    output: () => lines.join("\n"),
    open,
    request: async (request) => readAnswer(await open(request)),
    logged: (count) => until(() => log.length >= count),
  };
}

/** Starts the startup script of a package, as the adapter's wrapper does. */
export async function spawnPackage(
  t: ExecutionContext,
  variant: PythonVariant,
  { program, variables }: PythonServerOptions,
): Promise<ChildProcessByStdio<null, Readable, Readable>> {
  const taskFolder = await assemblePackage(t, variant);
  const runtimeFolder = join(python, "runtime");
  const interpreters = join(python, "venv", "bin");
  const command = program === undefined ? [join(taskFolder, "run.sh")] : ["python3", "-c", program];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: taskFolder,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      PATH: [interpreters, process.env.PATH].join(delimiter),
      ...(program !== undefined && {
        PYTHONPATH: [join(taskFolder, "vendor"), runtimeFolder].join(delimiter),
      }),
      LAMBDA_TASK_ROOT: taskFolder,
      LAMBDA_RUNTIME_DIR: runtimeFolder,
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      BUCKET: "bucket",
      ...variables,
    },
  });
  const exited = once(child, "exit");
  t.teardown(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  return child;
}

/** The package as it is unpacked, with this machine's builds of the vendored packages. */
async function assemblePackage(t: ExecutionContext, variant: PythonVariant): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [name, path] of Object.entries(downloadPackage(servers[variant]))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await copyFile(path, join(folder, name));
    if (name === "run.sh") await chmod(join(folder, name), 0o755);
  }
  const lock = join(folder, "requirements.txt");
  if (existsSync(lock)) {
    const digest = createHash("sha256")
      .update(await readFile(lock))
      .digest("hex");
    await symlink(join(python, "vendor", digest), join(folder, "vendor"));
  }
  return folder;
}

/** What the adapter adds to a request that comes from API Gateway. */
function adapterHeaders(variant: PythonVariant, path: string): Record<string, string> {
  return {
    "x-amzn-request-context": JSON.stringify({
      requestId: "gateway-request",
      resourcePath: `/${variant}/{key+}`,
      path: `/dev${path.replace(/\?.*/, "")}`,
    }),
    "x-amzn-lambda-context": JSON.stringify({ request_id: "lambda-request" }),
  };
}

async function send(
  port: number,
  variant: PythonVariant,
  { method = "GET", path = `/${variant}/k.txt`, sentPath = path, headers = {}, body, agent }: AdapterRequest,
): Promise<IncomingMessage> {
  const request = httpRequest({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: {
      ...(sentPath !== READINESS_PATH && adapterHeaders(variant, sentPath)),
      ...(body !== undefined && { "content-length": Buffer.byteLength(body) }),
      ...headers,
    },
    agent: agent ?? false,
  }).end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

async function readAnswer(response: IncomingMessage): Promise<ServerAnswer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch {
    // Broken off; `complete` says so.
  }
  const { statusCode: status = 0, headers, complete } = response;
  return { status, headers, body: Buffer.concat(chunks), complete };
}
