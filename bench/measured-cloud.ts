import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TaskStatus } from "../local/ecs/fargate-service.ts";
import type { EnvironmentStatus } from "../local/lambda/lambda-host.ts";
import type { LocalOutputs } from "./download.ts";
import type { FunctionCode } from "./download-code.ts";
import type { StampedModelOptions } from "./stamped-model.ts";

/** What answers are streamed through on their way from the model: the chat function, or the private chat service. */
export type ChatPath = "function" | "container";

export interface MeasuredCloudOptions {
  /** Served as the bucket. */
  readonly folder: string;
  readonly code: FunctionCode;
  /** Answers chats. Default: there is no chat. */
  readonly model?: StampedModelOptions;
  /** Default: `function`. */
  readonly chatPath?: ChatPath;
  /** How many tasks the private chat service has. Default: 2, as it is deployed. */
  readonly tasks?: number;
  /** The languages downloads come from, as the configuration has them. Default: `nodejs`. */
  readonly runtimes?: readonly string[];
}

/** What can be asked of the cloud's process, one request at a time. */
export interface CloudRequest {
  readonly action: "environments" | "packageBytes" | "restart" | "tasks";
  /** The function that is asked about. */
  readonly functionName: string;
}

/** The outputs, when the cloud has started and when it has again; or what was asked about. */
export type CloudReply = LocalOutputs | readonly EnvironmentStatus[] | readonly TaskStatus[] | number;

/** A local cloud without bandwidth caps, in a process of its own: the measuring client shares no event loop with it. */
export interface MeasuredCloud {
  /** Of the first start. */
  readonly outputs: LocalOutputs;
  /** A function's; of the one in Node.js when no name is given. */
  environments(functionName?: string): Promise<readonly EnvironmentStatus[]>;
  /** The size of a function's deployment package. */
  packageBytes(functionName: string): Promise<number>;
  /** The tasks of the private chat service. */
  tasks(): Promise<readonly TaskStatus[]>;
  /** Begins anew, with other ports and another key; the next request is a cold start. */
  restart(): Promise<LocalOutputs>;
}

/**
 * Room for the young objects of the cloud's process, where V8's default is 16. That process also holds the modules of
 * Pulumi and the program, 70 MB that nothing on the way of a request on AWS does. With the default V8 goes through all
 * of them every nine seconds of streaming, on every core, and what is measured waits for up to 50 ms. Unit: MiB.
 */
const YOUNG_OBJECTS_MEBIBYTES = 64;

/** Lends a cloud, and ends it with all its processes. */
export async function withCloud<T>(
  options: MeasuredCloudOptions,
  use: (cloud: MeasuredCloud) => Promise<T>,
): Promise<T> {
  const child = fork(join(import.meta.dirname, "cloud-main.ts"), [JSON.stringify(options)], {
    execArgv: [
      ...["--import", pathToFileURL(join(import.meta.dirname, "..", "ts.mjs")).href],
      `--max-semi-space-size=${YOUNG_OBJECTS_MEBIBYTES}`,
    ],
  });
  const exited = once(child, "exit");
  const ended = exited.then(([code]) => {
    throw new Error(`the cloud's process ended with exit code ${String(code)}`);
  });
  const reply = async (): Promise<CloudReply> => {
    const [message] = (await Promise.race([once(child, "message"), ended])) as [CloudReply];
    return message;
  };
  const ask = (action: CloudRequest["action"], functionName = "download"): Promise<CloudReply> => {
    child.send({ action, functionName } satisfies CloudRequest);
    return reply();
  };
  try {
    return await use({
      outputs: (await reply()) as LocalOutputs,
      environments: async (name) => (await ask("environments", name)) as readonly EnvironmentStatus[],
      packageBytes: async (name) => (await ask("packageBytes", name)) as number,
      tasks: async () => (await ask("tasks")) as readonly TaskStatus[],
      restart: async () => (await ask("restart")) as LocalOutputs,
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}
