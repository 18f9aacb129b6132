import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../host/loopback.ts";
import { SandboxProcess } from "../lambda/sandbox-process.ts";
import type { ContainerDefinition } from "./container-definition.ts";
import type { ContainerImage } from "./container-image.ts";
import { type ContainerContext, type LocalPort, containerVariables } from "./container-variables.ts";
import { runCheck } from "./health-watch.ts";

export interface ContainerOptions {
  readonly definition: ContainerDefinition;
  readonly image: ContainerImage;
  readonly context: ContainerContext;
  /** Endpoints of the services for the SDK. Format of a name: `AWS_ENDPOINT_URL_S3`. */
  readonly endpointVariables: Readonly<Record<string, string>>;
  /** Called with each line it writes. */
  readonly onLine: (line: string) => void;
}

/** Interval between attempts to connect to a starting container. */
const PORT_POLL_MILLISECONDS = 20;

/** After this time it is up to the health checks to find that a container does not listen. */
const LISTEN_MILLISECONDS = 30_000;

/** A running container: one process, which finds the image's files in its working folder. */
export class Container {
  readonly ports: readonly LocalPort[];
  readonly #definition: ContainerDefinition;
  readonly #folder: string;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #process: SandboxProcess;

  /** Starts the container; resolves before it is ready for anything. */
  static async start(options: ContainerOptions): Promise<Container> {
    const ports = await Promise.all(
      options.definition.portMappings.map(async ({ containerPort }) => ({
        containerPort,
        port: await freePort(),
      })),
    );
    return new Container(options, ports);
  }

  private constructor(options: ContainerOptions, ports: readonly LocalPort[]) {
    const { definition, image, context, endpointVariables, onLine } = options;
    this.ports = ports;
    this.#definition = definition;
    this.#folder = join(image.rootFolder, definition.workingDirectory ?? image.stage.workingDirectory);
    this.#variables = containerVariables(definition, image.stage, context, {
      ports,
      endpoints: endpointVariables,
    });
    this.#process = new SandboxProcess({
      command: startCommand(definition, image),
      folder: this.#folder,
      variables: this.#variables,
      onLine,
      isWatched: true,
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Resolves when the process is gone. Format: `exit status 1`, `signal: killed`. */
  get exited(): Promise<string> {
    return this.#process.exited;
  }

  /** Resolves when the container listens on all its ports, or has had time enough to. */
  async listening(stopped: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(LISTEN_MILLISECONDS)]);
    for (const { port } of this.ports) {
      while (!signal.aborted && !(await accepts(port))) {
        await delay(PORT_POLL_MILLISECONDS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Runs the health check's command once. A container port in it is read as the loopback port that stands for it. */
  async passesCheck(signal: AbortSignal): Promise<boolean> {
    const { healthCheck } = this.#definition;
    if (healthCheck === undefined) return true;
    const { command, timeoutSeconds } = healthCheck;
    return await runCheck({
      command: command.map((word) => withLocalPorts(word, this.ports)),
      timeoutSeconds,
      folder: this.#folder,
      variables: this.#variables,
      signal,
    });
  }

  /** SIGTERM, and SIGKILL when that has not ended it within its stop timeout. */
  async stop(): Promise<void> {
    this.#process.terminate();
    const timer = setTimeout(() => this.kill(), this.#definition.stopTimeoutSeconds * 1000);
    await this.exited;
    clearTimeout(timer);
  }

  kill(): void {
    this.#process.kill();
  }
}

/** The task definition's words take the place of the image's, as in Docker; `node` is the laptop's. */
function startCommand(
  { entryPoint, command }: ContainerDefinition,
  { stage }: ContainerImage,
): [string, ...string[]] {
  const words = [
    ...(entryPoint ?? stage.entryPoint),
    // An entry point of the task definition's own takes the image's command away.
    ...(command ?? (entryPoint === undefined ? stage.command : [])),
  ];
  const [program = "", ...parameters] = words;
  return [program === "node" ? process.execPath : program, ...parameters];
}

function withLocalPorts(word: string, ports: readonly LocalPort[]): string {
  return ports.reduce(
    (text, { containerPort, port }) =>
      text.replaceAll(new RegExp(`\\b${containerPort}\\b`, "g"), String(port)),
    word,
  );
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
