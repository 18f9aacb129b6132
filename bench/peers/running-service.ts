import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { execFile } from "node:child_process";
import type { Load, LoadResult } from "./load.ts";
import type { AnswerShape } from "./neutral-bedrock.ts";
import { usageOfTree } from "./process-tree.ts";
import { awsEnvironment, type PeerService, type Surroundings } from "./services.ts";

const READY_MILLISECONDS = 120_000;
const POLL_MILLISECONDS = 250;

/** The Bedrock that all services call. */
export class NeutralBedrock {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#process = child;
  }

  static async start(buildFolder: string): Promise<NeutralBedrock> {
    const child = fork(join(buildFolder, "neutral-bedrock.mjs"), { execArgv: [] });
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    return new NeutralBedrock(port, child);
  }

  /** Applies to answers that begin from now on. */
  async setShape(shape: AnswerShape): Promise<void> {
    this.#process.send(shape);
    await once(this.#process, "message");
  }

  stop(): void {
    this.#process.kill();
  }
}

/** One measured load on a service. */
export interface PeerSample extends LoadResult {
  /** Processor time of the service and all processes below it. */
  readonly processorMilliseconds: number;
  readonly residentBytes: { readonly before: number; readonly peak: number };
}

/** A service as a process of its own, ready to answer. */
export class RunningService {
  readonly service: PeerService;
  readonly #surroundings: Surroundings;
  readonly #process: ChildProcess;

  private constructor(service: PeerService, surroundings: Surroundings, child: ChildProcess) {
    this.service = service;
    this.#surroundings = surroundings;
    this.#process = child;
  }

  /** @throws Error when it is not ready in two minutes, or ends. */
  static async start(
    service: PeerService,
    { buildFolder, bedrockPort }: Omit<Surroundings, "port">,
  ): Promise<RunningService> {
    const surroundings = { buildFolder, bedrockPort, port: await freePort() };
    const [program = "", ...args] = service.command(surroundings);
    const child = spawn(program, args, {
      cwd: service.folder ?? buildFolder,
      env: { ...process.env, ...awsEnvironment(surroundings), ...service.environment?.(surroundings) },
      stdio: "ignore",
    });
    const running = new RunningService(service, surroundings, child);
    try {
      await running.#waitUntilReady();
    } catch (error) {
      await running.stop();
      throw error;
    }
    return running;
  }

  /** Opens `streams` answers at once and reads all of them. */
  async load(streams: number): Promise<PeerSample> {
    const { pid = NaN } = this.#process;
    const before = usageOfTree(pid);
    let peak = before.residentBytes;
    const watch = setInterval(
      () => (peak = Math.max(peak, usageOfTree(pid).residentBytes)),
      POLL_MILLISECONDS,
    );
    try {
      const result = await this.#runLoad(streams);
      const after = usageOfTree(pid);
      return {
        ...result,
        processorMilliseconds: after.processorMilliseconds - before.processorMilliseconds,
        residentBytes: { before: before.residentBytes, peak: Math.max(peak, after.residentBytes) },
      };
    } finally {
      clearInterval(watch);
    }
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async #runLoad(streams: number): Promise<LoadResult> {
    const { path, form, headers } = this.service;
    const load: Load = {
      url: `http://127.0.0.1:${this.#surroundings.port}${path}`,
      headers: headers?.(this.#surroundings) ?? {},
      form,
      streams,
    };
    const program = join(this.#surroundings.buildFolder, "load.mjs");
    const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(load)]);
    return JSON.parse(stdout) as LoadResult;
  }

  async #waitUntilReady(): Promise<void> {
    const url = `http://127.0.0.1:${this.#surroundings.port}${this.service.readyPath}`;
    const deadline = performance.now() + READY_MILLISECONDS;
    while (performance.now() < deadline && this.#process.exitCode === null) {
      const isReady = await fetch(url).then(
        async (response) => (await response.arrayBuffer(), response.ok),
        () => false,
      );
      if (isReady) return;
      await sleep(POLL_MILLISECONDS);
    }
    throw new Error(`${this.service.name} did not become ready`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
