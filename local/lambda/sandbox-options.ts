import { join } from "node:path";
import { extensionVariables } from "./environment-variables.ts";
import { type FunctionDefinition, WRAPPER_VARIABLE } from "./function-definition.ts";
import type { FunctionInstallation } from "./function-installation.ts";
import type { SandboxOptions } from "./sandbox.ts";

export interface SandboxContext {
  readonly definition: FunctionDefinition;
  readonly installation: FunctionInstallation;
  /** The runtime's. */
  readonly variables: Readonly<Record<string, string>>;
  /** Called with each line a process writes. */
  readonly onLine: (line: string) => void;
}

/** Options of the processes of one environment. */
export function sandboxOptions(context: SandboxContext): SandboxOptions {
  const { installation, variables, onLine } = context;
  const { taskFolder, opt } = installation;
  return {
    runtime: {
      command: runtimeCommand(context),
      folder: taskFolder,
      variables,
      onLine,
      // Whatever polls the Runtime API ends when the host does. Beside an adapter, the runtime does not poll.
      isWatched: opt.extensions.length > 0,
    },
    extensions: opt.extensions.map((name) => ({
      command: [join(opt.folder, "extensions", name)],
      folder: taskFolder,
      variables: extensionVariables(variables),
      onLine,
    })),
  };
}

/**
 * A wrapper runs in the runtime's place, with the runtime's command as its arguments.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html#runtime-wrapper
 */
function runtimeCommand({ definition, installation }: SandboxContext): SandboxOptions["runtime"]["command"] {
  const { command } = installation.runtime;
  const wrapper = definition.variables[WRAPPER_VARIABLE];
  return wrapper === undefined ? command : [onThisMachine(wrapper, installation), ...command];
}

/** Finds in the function's own folders what its configuration names by the paths that it has on AWS. */
function onThisMachine(path: string, { taskFolder, opt }: FunctionInstallation): string {
  if (path.startsWith("/opt/")) return join(opt.folder, path.slice("/opt/".length));
  if (path.startsWith("/var/task/")) return join(taskFolder, path.slice("/var/task/".length));
  return path;
}
