import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EnvironmentStatus } from "../local/lambda/lambda-host.ts";
import type { LocalOutputs } from "./download.ts";
import type { SdkOrigin } from "./download-code.ts";
import type { StampedModelOptions } from "./stamped-model.ts";

export interface MeasuredCloudOptions {
  /** Served as the bucket. */
  readonly folder: string;
  readonly sdk: SdkOrigin;
  /** Answers chats. Default: there is no chat. */
  readonly model?: StampedModelOptions;
}

/** What can be asked of the cloud's process, one request at a time. */
export type CloudRequest = "environments" | "restart";

/** The outputs, when the cloud has started and when it has again; the download function's environments. */
export type CloudReply = LocalOutputs | readonly EnvironmentStatus[];

/** A local cloud without bandwidth caps, in a process of its own: the measuring client shares no event loop with it. */
export interface MeasuredCloud {
  /** Of the first start. */
  readonly outputs: LocalOutputs;
  /** The download function's. */
  environments(): Promise<readonly EnvironmentStatus[]>;
  /** Begins anew, with other ports and another key; the next request is a cold start. */
  restart(): Promise<LocalOutputs>;
}

/** Lends a cloud, and ends it with all its processes. */
export async function withCloud<T>(
  options: MeasuredCloudOptions,
  use: (cloud: MeasuredCloud) => Promise<T>,
): Promise<T> {
  const child = fork(join(import.meta.dirname, "cloud-main.ts"), [JSON.stringify(options)], {
    execArgv: ["--import", pathToFileURL(join(import.meta.dirname, "..", "ts.mjs")).href],
  });
  const exited = once(child, "exit");
  const ended = exited.then(([code]) => {
    throw new Error(`the cloud's process ended with exit code ${String(code)}`);
  });
  const reply = async (): Promise<CloudReply> => {
    const [message] = (await Promise.race([once(child, "message"), ended])) as [CloudReply];
    return message;
  };
  const ask = (request: CloudRequest): Promise<CloudReply> => {
    child.send(request);
    return reply();
  };
  try {
    return await use({
      outputs: (await reply()) as LocalOutputs,
      environments: async () => (await ask("environments")) as readonly EnvironmentStatus[],
      restart: async () => (await ask("restart")) as LocalOutputs,
    });
  } finally {
    if (child.connected) child.disconnect();
    await exited;
  }
}
