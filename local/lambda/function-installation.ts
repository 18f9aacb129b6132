import { join } from "node:path";
import { codeSha256, readArchive, writeCode } from "./function-code.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import { mountLayers, type OptFolder } from "./layers.ts";
import type { ManagedRuntime } from "./managed-runtime.ts";
import { checkNativeCode } from "./native-code.ts";
import { useVendoredPackagesOfHost } from "./python-runtime.ts";
import { selectRuntime } from "./select-runtime.ts";

/** Everything the environments of a function have in common, ready on this machine. */
export interface FunctionInstallation {
  /** Hash of the recorded archive, by `codeSha256`. */
  readonly codeSha256: string;
  /** `/var/task` on AWS. */
  readonly taskFolder: string;
  /** `/opt` on AWS. */
  readonly opt: OptFolder;
  readonly runtime: ManagedRuntime;
}

/**
 * Unpacks a function's code and layers.
 *
 * @param projectFolder What relative paths in the program start from; its `.cache` has what is installed by `.ci`.
 * @param folder Where the functions are unpacked, each in folders of its own.
 * @throws Error naming the function, when it could not run on AWS; UsageError naming the command that installs what is
 * missing here.
 */
export async function installFunction(
  definition: FunctionDefinition,
  projectFolder: string,
  folder: string,
): Promise<FunctionInstallation> {
  const { name, runtime, memoryMiB } = definition;
  const taskFolder = join(folder, name);
  const files = await readArchive(definition.code, projectFolder);
  checkNativeCode(files, definition);
  await writeCode(files, taskFolder);
  if (runtime.startsWith("python")) await useVendoredPackagesOfHost(files, taskFolder, projectFolder);
  return {
    codeSha256: codeSha256(files),
    taskFolder,
    opt: await mountLayers(definition, join(folder, "opt", name), projectFolder),
    runtime: await selectRuntime({ runtime, memoryMiB, projectFolder }),
  };
}
