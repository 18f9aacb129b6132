import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";
import type { Credentials } from "../../local/iam/caller.ts";
import { freePort } from "../../local/host/loopback.ts";
import { NOVA, REGION, type RunningBedrock } from "./running-bedrock.ts";
import { until } from "./until.ts";

/** How to start the container's code. */
export interface ContainerCommand {
  /** What Node.js is given. */
  readonly arguments: readonly string[];
  readonly folder: string;
  /** Number of the user to run as; the current one when left out. */
  readonly user?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

const AUTHORIZATION = "token-of-the-task";

/** The container's code in a process of its own, as ECS runs it. */
export interface ContainerProcess {
  /** Format: `http://127.0.0.1:{port}`. */
  readonly url: string;
  readonly pid: number;
  /** What it wrote so far to its log, and as errors. */
  readonly output: () => string;
  /** Resolves once it has ended, with its exit code. */
  readonly exited: Promise<number | null>;
  terminate(): void;
}

/** Starts the code with the variables a task has, and no others. Resolves at once. */
export async function startContainerProcess(
  t: ExecutionContext,
  bedrock: RunningBedrock,
  command: ContainerCommand,
): Promise<ContainerProcess> {
  const port = await freePort();
  const child = spawn(process.execPath, command.arguments, {
    cwd: command.folder,
    env: {
      PORT: String(port),
      HOST: "127.0.0.1",
      AWS_REGION: REGION,
      MODEL_ID: NOVA,
      MAX_TOKENS: "1000",
      STREAMS_PER_TASK: "10",
      SERVICE_NAME: "streamgate-test-chat",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: await serveCredentials(t, bedrock.developer),
      AWS_CONTAINER_AUTHORIZATION_TOKEN: AUTHORIZATION,
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: bedrock.endpoint,
      ...command.variables,
    },
    ...(command.user !== undefined && { uid: command.user, gid: command.user }),
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, "exit").then(([code]) => code as number | null);
  t.teardown(() => child.kill("SIGKILL"));
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    terminate: () => void child.kill("SIGTERM"),
  };
}

/** What a task's role is handed out by. Resolves with its address. */
async function serveCredentials(t: ExecutionContext, credentials: Credentials): Promise<string> {
  const server = createServer((request, response) => {
    const { accessKeyId, secretAccessKey, sessionToken } = credentials;
    if (request.headers.authorization !== AUTHORIZATION) response.writeHead(403);
    response.end(
      JSON.stringify({
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Token: sessionToken ?? "",
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/credentials`;
}

/** Resolves once the process answers. */
export async function untilHealthy({ url, output }: ContainerProcess): Promise<void> {
  const isHealthy = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isHealthy).catch(() => {
    throw new Error(`The container did not become healthy: ${output()}`);
  });
}
