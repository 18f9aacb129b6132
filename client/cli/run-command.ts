import { ClientError } from "../client-error.ts";
import { readArguments } from "./arguments.ts";
import { chat } from "./chat-command.ts";
import type { CommandContext } from "./command-context.ts";
import { doctor } from "./doctor-command.ts";
import { download } from "./download-command.ts";
import { printOutputs } from "./outputs-command.ts";
import { exitCodes, usage, UsageError } from "./usage.ts";

const commands: Readonly<Record<string, (context: CommandContext) => Promise<number>>> = {
  download,
  chat,
  outputs: printOutputs,
  doctor,
};

/**
 * Runs the command line. Ctrl-C ends what is under way in good order.
 *
 * @returns The exit code.
 */
export async function runCommand(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new DOMException("Interrupted.", "AbortError"));
  process.once("SIGINT", interrupt);
  try {
    const parsed = readArguments(args);
    if (parsed.help) {
      console.log(usage);
      return exitCodes.done;
    }
    const run = Object.hasOwn(commands, parsed.command) ? commands[parsed.command] : undefined;
    if (run === undefined) throw new UsageError(unknownCommand(parsed.command));
    return await run({ args: parsed, environment: process.env, signal: interruption.signal });
  } catch (error) {
    if (interruption.signal.aborted) return exitCodes.interrupted;
    console.error(`streamgate: ${messageOf(error)}`);
    return error instanceof UsageError || error instanceof TypeError ? exitCodes.usage : exitCodes.failed;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

function unknownCommand(command: string): string {
  const known = Object.keys(commands).join(", ");
  return command === ""
    ? `give a command: ${known}; --help says more.`
    : `"${command}" is no command; there are ${known}.`;
}

/** One line, with what the API calls the error. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof ClientError)) return error.message;
  const { status, apiCode, message } = error;
  const detail = [status, apiCode].filter((part) => part !== undefined).join(" ");
  return detail === "" ? message : `${message} (${detail})`;
}
