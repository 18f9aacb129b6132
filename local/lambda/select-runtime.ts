import type { ManagedRuntime } from "./managed-runtime.ts";
import { nodejsRuntime } from "./nodejs-runtime.ts";
import { pythonRuntime } from "./python-runtime.ts";

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
export async function selectRuntime(options: RuntimeOptions): Promise<ManagedRuntime> {
  return options.runtime.startsWith("python")
    ? await pythonRuntime(options.projectFolder)
    : nodejsRuntime(options.memoryMiB);
}
