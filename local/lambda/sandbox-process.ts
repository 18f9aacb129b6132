import type { Readable } from "node:stream";
import { launch, type LaunchedProcess, type ProcessEnd } from "../host/child-process.ts";
import { type ProcessMemory, processMemory } from "./process-memory.ts";

export interface ProcessOptions {
  /** The executable and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The working folder. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Called with each line the process writes to its standard output or error. */
  readonly onLine: (line: string) => void;
  /** Whether it has to be watched, so that it does not outlive a host that is killed. Default: false. */
  readonly isWatched?: boolean;
}

/**
 * Runs its arguments, and something beside them that kills their process group when the host's end of the standard
 * input closes.
 */
const WATCH = `exec 3<&0; { read -r _ <&3; kill -s KILL -- "-$$"; } & exec "$@" 3<&- </dev/null`;

/** One process of an environment: its runtime or an extension. */
export class SandboxProcess {
  readonly #child: LaunchedProcess;
  #startFailure: NodeJS.ErrnoException | undefined;
  /**
   * Resolves when the process is gone and all it wrote has been read. Format: `exit status 1`, `signal: killed`,
   * `not started: EMFILE`.
   */
  readonly exited: Promise<string>;

  constructor({ command, folder, variables, onLine, isWatched = false }: ProcessOptions) {
    const [executable, ...parameters] = isWatched ? ["/bin/sh", "-c", WATCH, "sh", ...command] : command;
    this.#child = launch(executable, parameters, {
      cwd: folder,
      env: variables,
      stdio: [isWatched ? "pipe" : "ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in the terminal reaches the local cloud alone, which then ends its functions.
      detached: true,
    });
    for (const output of this.#child.outputs) readLines(output, onLine);
    // What it leaves behind would hold its output open.
    void this.#child.exited.then(() => this.#killGroup());
    this.exited = this.#child.closed.then((end) => {
      if ("failure" in end) this.#startFailure = end.failure;
      return exitReason(end);
    });
  }

  /** `undefined` when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Why the process could not be started, once `exited` has resolved; `undefined` when it was. */
  get startFailure(): NodeJS.ErrnoException | undefined {
    return this.#startFailure;
  }

  /** Asks the process to end: SIGTERM. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Ends the process and whatever it has started. */
  kill(): void {
    if (this.#child.isRunning()) this.#killGroup();
  }

  async memory(): Promise<ProcessMemory | undefined> {
    return this.pid === undefined ? undefined : await processMemory(this.pid);
  }

  #killGroup(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // Nothing of the group is left.
    }
  }
}

/** Lambda logs a carriage return inside a line as a line break within one entry. */
function readLines(output: Readable, onLine: (line: string) => void): void {
  let rest = "";
  output.setEncoding("utf8");
  output.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLine(line.replaceAll("\r", "\n"));
  });
  output.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}

const signalWords: Readonly<Record<string, string>> = {
  SIGKILL: "killed",
  SIGABRT: "aborted",
  SIGSEGV: "segmentation fault",
};

function exitReason(end: ProcessEnd): string {
  if ("failure" in end) return `not started: ${end.failure.code ?? end.failure.message}`;
  if (end.signal !== null) return `signal: ${signalWords[end.signal] ?? end.signal}`;
  return `exit status ${end.code}`;
}
