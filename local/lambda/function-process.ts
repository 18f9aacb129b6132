import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type ProcessMemory, processMemory } from "./process-memory.ts";

/** Where the runtime of the Node.js environments lies: `/var/runtime` on AWS. */
export const runtimeFolder = join(import.meta.dirname, "bootstrap");

export interface ProcessOptions {
  readonly taskFolder: string;
  readonly memoryMiB: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Called with each line the process writes to its standard output or error. */
  readonly onLine: (line: string) => void;
}

/** The process of one environment. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  /** Resolves when the process is gone and all it wrote has been read. Format: `exit status 1`, `signal: killed`. */
  readonly exited: Promise<string>;

  constructor(options: ProcessOptions) {
    this.#child = spawn(
      process.execPath,
      [...heapLimits(options.memoryMiB), join(runtimeFolder, "bootstrap.mjs")],
      {
        cwd: options.taskFolder,
        env: options.variables,
        stdio: ["ignore", "pipe", "pipe"],
        // A group of its own: Ctrl-C in the terminal reaches the local cloud alone, which then ends its functions.
        detached: true,
      },
    );
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      if (output !== null) readLines(output, options.onLine);
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

/** The share of the memory that Lambda's own Node.js runtime leaves to the heap: a tenth is for the young. */
function heapLimits(memoryMiB: number): string[] {
  const young = Math.floor(memoryMiB / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${memoryMiB - young}`];
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
