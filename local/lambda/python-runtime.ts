import { createHash } from "node:crypto";
import { access, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";
import type { CodeFiles } from "./code-files.ts";
import type { ManagedRuntime } from "./managed-runtime.ts";

/** Folders that `.ci/install-python` makes, from the project's folder. */
const cacheFolders = {
  /** A virtual environment's: `python3`. */
  bin: ".cache/python/venv/bin",
  /** Packages that the Lambda runtime carries: boto3 and its dependencies. */
  runtime: ".cache/python/runtime",
  /** The packages of a `requirements.txt` for this machine, in a folder named by the file's SHA-256. */
  vendor: ".cache/python/vendor",
};

/** Names of a package's lock, and of the folder with its vendored packages. */
const LOCK = "requirements.txt";
const VENDOR = "vendor";

/**
 * This machine's Python with the packages that Lambda's carries. There is no runtime client: local Python functions are
 * HTTP servers behind a wrapper.
 *
 * @throws UsageError when it has not been installed.
 */
export async function pythonRuntime(projectFolder: string): Promise<ManagedRuntime> {
  const runtime = {
    runtimeFolder: join(projectFolder, cacheFolders.runtime),
    binFolder: join(projectFolder, cacheFolders.bin),
  };
  const interpreter = join(runtime.binFolder, "python3");
  await mustBeInstalled(join(runtime.runtimeFolder, "boto3"), "Python functions need boto3");
  await mustBeInstalled(interpreter, "Python functions need Python");
  return { ...runtime, command: [interpreter] };
}

/**
 * Puts this machine's builds of the vendored packages in the place of those for Lambda's, from the same lock.
 *
 * @param taskFolder Where `files` have been written.
 * @throws UsageError when they have not been installed.
 */
export async function useVendoredPackagesOfHost(
  files: CodeFiles,
  taskFolder: string,
  projectFolder: string,
): Promise<void> {
  const lock = files.get(LOCK);
  const isVendored = [...files.keys()].some((path) => path.startsWith(`${VENDOR}/`));
  if (lock === undefined || !isVendored) return;
  const digest = createHash("sha256").update(lock.content).digest("hex");
  const installed = join(projectFolder, cacheFolders.vendor, digest);
  await mustBeInstalled(installed, "A Python function needs its vendored packages for this machine");
  await rm(join(taskFolder, VENDOR), { recursive: true, force: true });
  await symlink(installed, join(taskFolder, VENDOR));
}

async function mustBeInstalled(path: string, need: string): Promise<void> {
  try {
    await access(path);
  } catch {
    throw new UsageError(`${need} (${path}), which .ci/install-python installs.`);
  }
}
