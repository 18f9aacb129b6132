import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionDefinition } from "./function-definition.ts";
import { webAdapterLayerArn, writeWebAdapterLayer } from "./web-adapter-layer.ts";

/** Contents of `/opt`, from a function's layers. */
export interface OptFolder {
  readonly folder: string;
  /** The file names of the external extensions. */
  readonly extensions: readonly string[];
}

const machines = { X86: "x86_64", Arm64: "arm64" };

/**
 * Makes the folder that stands for a function's `/opt`.
 *
 * @throws Error naming the function, for a layer that is not known here or is made for another processor; UsageError
 * when what a layer holds has not been installed.
 */
export async function mountLayers(
  { name, layers, architecture }: FunctionDefinition,
  folder: string,
  projectFolder: string,
): Promise<OptFolder> {
  await mkdir(join(folder, "extensions"), { recursive: true });
  for (const arn of layers) {
    const machine = webAdapterLayerArn.exec(arn)?.groups?.["machine"] as keyof typeof machines | undefined;
    if (machine === undefined) {
      throw new Error(
        `The Lambda function ${name} has the layer ${arn}; the local cloud knows the Lambda Web Adapter's only.`,
      );
    }
    if (machines[machine] !== architecture) {
      throw new Error(
        `The Lambda function ${name} runs on ${architecture}; its layer ${arn} is for ${machines[machine]}.`,
      );
    }
    await writeWebAdapterLayer(folder, projectFolder);
  }
  return { folder, extensions: (await readdir(join(folder, "extensions"))).sort() };
}
