import type { Arguments } from "./arguments.ts";

/** Input of a command. */
export interface CommandContext {
  readonly args: Arguments;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
