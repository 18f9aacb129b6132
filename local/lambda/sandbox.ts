import { deferred } from "./deferred.ts";
import type { ProcessMemory } from "./process-memory.ts";
import { type ProcessOptions, SandboxProcess } from "./sandbox-process.ts";

export interface SandboxOptions {
  /** The process that holds the function's code. */
  readonly runtime: ProcessOptions;
  /** The processes of external extensions. */
  readonly extensions: readonly ProcessOptions[];
}

/** The end of the process whose end is the sandbox's. */
export interface SandboxExit {
  readonly process: "runtime" | "extension";
  /** Format: `exit status 1`, `signal: killed`, `not started: EMFILE`. */
  readonly reason: string;
  /** The system's error, for a process that could not be started. */
  readonly startFailure: NodeJS.ErrnoException | undefined;
}

/**
 * Time a runtime has to end after SIGTERM: all of the two seconds that a shutdown may take. On AWS it has
 * three tenths of them, which a busy laptop may need before it even hears of it.
 * Source: https://github.com/aws/aws-lambda-runtime-interface-emulator, internal/lambda/rapid/shutdown.go
 */
const RUNTIME_SHUTDOWN_MILLISECONDS = 2000;

/** The processes of one environment: extensions start first, and when one process ends, all end. */
export class Sandbox {
  /** Resolves when every process is gone and all they wrote has been read, with the end that came first. */
  readonly exited: Promise<SandboxExit>;
  readonly #extensions: readonly SandboxProcess[];
  readonly #firstExit = deferred<SandboxExit>();
  #runtime: SandboxProcess | undefined;
  #isEnding = false;

  /** @param extensionsRegistered When it resolves, the runtime starts. */
  constructor({ runtime, extensions }: SandboxOptions, extensionsRegistered: Promise<void>) {
    this.#extensions = extensions.map((extension) => this.#launch("extension", extension));
    if (extensions.length === 0) this.#runtime = this.#launch("runtime", runtime);
    else void extensionsRegistered.then(() => this.#startRuntime(runtime));
    this.exited = this.#watchExits();
  }

  /** The runtime's; `undefined` when it has not been started, or could not be. */
  get pid(): number | undefined {
    return this.#runtime?.pid;
  }

  get extensionPids(): number[] {
    return this.#extensions.flatMap(({ pid }) => pid ?? []);
  }

  /** @returns What all processes hold together; `undefined` when they are gone. */
  async memory(): Promise<ProcessMemory | undefined> {
    const memories = await Promise.all(this.#processes.map((process) => process.memory()));
    const held = memories.filter((memory) => memory !== undefined);
    if (held.length === 0) return undefined;
    return {
      residentBytes: held.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
      peakBytes: held.reduce((sum, { peakBytes }) => sum + peakBytes, 0),
    };
  }

  /** Ends every process at once. */
  kill(): void {
    this.#isEnding = true;
    for (const process of this.#processes) process.kill();
  }

  /**
   * Ends every process as Lambda does when an environment is no longer needed: a runtime with extensions beside it
   * is told first, a runtime by itself is not.
   * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
   */
  shutDown(): void {
    this.#isEnding = true;
    if (this.#extensions.length === 0 || this.#runtime === undefined) {
      this.kill();
    } else {
      this.#runtime.terminate();
      const limit = setTimeout(() => this.kill(), RUNTIME_SHUTDOWN_MILLISECONDS);
      void this.exited.then(() => clearTimeout(limit));
    }
  }

  get #processes(): readonly SandboxProcess[] {
    return this.#runtime === undefined ? this.#extensions : [...this.#extensions, this.#runtime];
  }

  #startRuntime(options: ProcessOptions): void {
    if (!this.#isEnding) this.#runtime = this.#launch("runtime", options);
  }

  #launch(process: SandboxExit["process"], options: ProcessOptions): SandboxProcess {
    const launched = new SandboxProcess(options);
    void launched.exited.then((reason) => {
      this.#firstExit.resolve({ process, reason, startFailure: launched.startFailure });
      this.kill();
    });
    return launched;
  }

  async #watchExits(): Promise<SandboxExit> {
    const exit = await this.#firstExit.promise;
    await Promise.all(this.#processes.map(({ exited }) => exited));
    return exit;
  }
}
