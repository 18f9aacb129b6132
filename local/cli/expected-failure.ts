import { GraphError } from "../graph/graph-error.ts";
import { PortInUseError } from "../gateway/listener.ts";
import { ProgramError } from "../program/program-error.ts";
import { UsageError } from "../usage-error.ts";

/** Message and exit code of an expected failure: 2 where another command would do, else 1. */
interface ExpectedFailure {
  readonly message: string;
  readonly exitCode: 1 | 2;
}

/** @returns `undefined` for an error that is a fault of the local cloud's own, and is of use with its stack alone. */
export function expectedFailure(error: unknown): ExpectedFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message } = error;
  if (error instanceof UsageError) return { message, exitCode: 2 };
  if (error instanceof PortInUseError) {
    return {
      message: `Port ${error.port} is in use by another program; choose another with --port; the second API takes the one after it.`,
      exitCode: 2,
    };
  }
  if (error instanceof ProgramError) return { message: error.report, exitCode: 1 };
  // A system error's message names what was tried on which file or port, and why it failed.
  if (error instanceof GraphError || "syscall" in error) return { message, exitCode: 1 };
  return undefined;
}
