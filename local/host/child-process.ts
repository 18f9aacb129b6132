import { execFile, type SpawnOptions, spawn } from "node:child_process";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { promisify } from "node:util";

/** The end of a child process: an exit code, a signal, or the reason why it could not be started. */
export type ProcessEnd =
  | { readonly code: number; readonly signal: null }
  | { readonly code: null; readonly signal: NodeJS.Signals }
  | { readonly failure: NodeJS.ErrnoException };

/** A child process whose errors are its end: nothing is thrown, and no event is left without a listener. */
export interface LaunchedProcess {
  /** `undefined` when it could not be started. */
  readonly pid: number | undefined;
  /** Standard output and error, where they are pipes. */
  readonly outputs: readonly Readable[];
  /** Resolves when the process is gone, whoever still holds its output. */
  readonly exited: Promise<void>;
  /** Resolves when the process is gone and all it wrote can be read. */
  readonly closed: Promise<ProcessEnd>;
  readonly isRunning: () => boolean;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Lets this process end before it. */
  readonly unref: () => void;
}

/**
 * The one place that starts processes. Node.js reports a failed start in three ways: it throws, it emits `error` and
 * `close`, or, without descriptors, `error` alone, and then there are no pipes either.
 */
export function launch(
  command: string,
  parameters: readonly string[],
  options: SpawnOptions,
): LaunchedProcess {
  try {
    return watch(spawn(command, parameters, options));
  } catch (error) {
    return notStarted(error as NodeJS.ErrnoException);
  }
}

/** Whether the machine, and not what was asked for, is the reason why something could not be started. */
export function isOutOfResources(error: unknown): error is NodeJS.ErrnoException {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && ["EAGAIN", "EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"].includes(code);
}

/** @returns The standard output. Rejects when the command cannot be started or fails. */
export async function outputOf(
  command: string,
  parameters: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  return (await promisify(execFile)(command, parameters, options)).stdout;
}

function watch(child: ReturnType<typeof spawn>): LaunchedProcess {
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on("error", () => {});
  const closed = new Promise<ProcessEnd>((resolve) => {
    child.on("error", (failure) => {
      // The error of a signal that could not be sent leaves the process running.
      if (child.pid === undefined) resolve({ failure });
    });
    child.once("close", (code, signal) => {
      resolve(signal === null ? { code: code ?? 0, signal } : { code: null, signal });
    });
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    void closed.then(() => resolve());
  });
  return {
    pid: child.pid,
    outputs: [child.stdout, child.stderr].filter((output) => output != null),
    exited,
    closed,
    isRunning: () => child.pid !== undefined && child.exitCode === null && child.signalCode === null,
    kill: (signal) => child.kill(signal),
    unref: () => {
      child.unref();
      // A pipe is a socket, which its type does not say.
      (child.stdin as Socket | null)?.unref();
    },
  };
}

function notStarted(failure: NodeJS.ErrnoException): LaunchedProcess {
  return {
    pid: undefined,
    outputs: [],
    exited: Promise.resolve(),
    closed: Promise.resolve({ failure }),
    isRunning: () => false,
    kill: () => {},
    unref: () => {},
  };
}
