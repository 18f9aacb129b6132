import { nodejsRuntime } from "./nodejs-runtime.ts";
import { pythonRuntime } from "./python-runtime.ts";

/** What AWS puts into an environment beside the function's code, as it lies on this machine. */
export interface ManagedRuntime {
  /** `/var/runtime` on AWS, the value of LAMBDA_RUNTIME_DIR. */
  readonly runtimeFolder: string;
  /** `/var/lang/bin` on AWS, first on the PATH. */
  readonly binFolder: string;
  /** Starts the runtime; a wrapper gets it as its arguments. */
  readonly command: readonly [string, ...string[]];
}

export interface RuntimeOptions {
  /** Format: `nodejs24.x`. */
  readonly runtime: string;
  readonly memoryMiB: number;
  readonly projectFolder: string;
}

/**
 * @param options.runtime One that `readFunctions` has let through.
 * @throws UsageError naming the command that installs what the runtime needs, when it is not there.
 */
export async function managedRuntime(options: RuntimeOptions): Promise<ManagedRuntime> {
  return options.runtime.startsWith("python")
    ? await pythonRuntime(options.projectFolder)
    : nodejsRuntime(options.memoryMiB);
}
