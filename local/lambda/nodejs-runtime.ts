import { dirname, join } from "node:path";
import type { ManagedRuntime } from "./managed-runtime.ts";

/** Folder of the Node.js runtime: `/var/runtime` on AWS. */
export const nodejsRuntimeFolder = join(import.meta.dirname, "bootstrap");

/** The Node.js that runs the local cloud, with the bootstrap that stands in for Lambda's. */
export function nodejsRuntime(memoryMiB: number): ManagedRuntime {
  return {
    runtimeFolder: nodejsRuntimeFolder,
    binFolder: dirname(process.execPath),
    command: [process.execPath, ...heapLimits(memoryMiB), join(nodejsRuntimeFolder, "bootstrap.mjs")],
  };
}

/** The share of the memory that Lambda's own Node.js runtime leaves to the heap: a tenth is for the young. */
function heapLimits(memoryMiB: number): string[] {
  const young = Math.floor(memoryMiB / 10);
  return [`--max-semi-space-size=${Math.floor(young / 2)}`, `--max-old-space-size=${memoryMiB - young}`];
}
