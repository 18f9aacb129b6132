import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
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
  readonly #child: ChildProcess;
  /** Resolves when the process is gone and all it wrote has been read. Format: `exit status 1`, `signal: killed`. */
  readonly exited: Promise<string>;

  constructor({ command, folder, variables, onLine, isWatched = false }: ProcessOptions) {
    const [executable, ...parameters] = isWatched ? ["/bin/sh", "-c", WATCH, "sh", ...command] : command;
    this.#child = spawn(executable, parameters, {
      cwd: folder,
      env: variables,
      stdio: [isWatched ? "pipe" : "ignore", "pipe", "pipe"],
      // A group of its own: Ctrl-C in the terminal reaches the local cloud alone, which then ends its functions.
      detached: true,
    });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output !== null) readLines(output, onLine);
    }
    // A process that cannot be started is told by its end, too.
    this.#child.on("error", () => {});
    // What it leaves behind would hold its output open.
    this.#child.once("exit", () => this.#killGroup());
    this.exited = new Promise((resolve) => {
      this.#child.once("close", (code, signal) => resolve(exitReason(code, signal)));
    });
  }

  /** `undefined` when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Asks the process to end: SIGTERM. */
  terminate(): void {
    this.#child.kill("SIGTERM");
  }

  /** Ends the process and whatever it has started. */
  kill(): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#killGroup();
  }

  async memory(): Promise<ProcessMemory | undefined> {
    return this.#child.pid === undefined ? undefined : await processMemory(this.#child.pid);
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

function exitReason(code: number | null, signal: string | null): string {
  if (signal !== null) return `signal: ${signalWords[signal] ?? signal}`;
  return `exit status ${code ?? 0}`;
}
