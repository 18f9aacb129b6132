import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { downloadFunctionArgs, type DownloadFunctionArgs } from "./download-function-args.ts";
import { PythonFunction, type PythonFunctionArgs } from "./python-function.ts";
import { defaultPythonVersion, vendorPackages } from "./python-packages.ts";

/** Arguments of the Python download function besides those of every function. */
export interface PythonDownloadFunctionArgs
  extends DownloadFunctionArgs, Pick<PythonFunctionArgs, "pythonVersion"> {
  /** HTTP server: FastAPI, with its packages in the deployment package, or Python's standard library alone. */
  readonly server: "fastapi" | "stdlib";
}

const folder = join(import.meta.dirname, "..", "..", "lambda", "download-python");
const source = (path: string) => join(folder, path);

/** The files of each server: itself, and how it is started. */
const servers: Readonly<Record<PythonDownloadFunctionArgs["server"], PythonFunctionArgs["files"]>> = {
  fastapi: {
    "fastapi_server.py": source("fastapi_server.py"),
    "requirements.txt": source("requirements.txt"),
    "run.sh": source("run-fastapi.sh"),
  },
  stdlib: {
    "stdlib_server.py": source("stdlib_server.py"),
    "run.sh": source("run-stdlib.sh"),
  },
};

/** The deployment package of a server: the Python package `download` beside it. */
export function downloadPackage(server: PythonDownloadFunctionArgs["server"]): PythonFunctionArgs["files"] {
  const modules = readdirSync(source("download")).filter((name) => name.endsWith(".py"));
  return {
    ...Object.fromEntries(modules.map((name) => [`download/${name}`, source(join("download", name))])),
    ...servers[server],
  };
}

/**
 * Gets the packages of a `PythonDownloadFunction` ahead of it. Called before the first resource is made, it ends a
 * program whose packages cannot be had before anything is registered.
 *
 * @throws InputError saying what is missing, and which version of Python to choose.
 */
export function vendorDownloadPackages({
  server,
  architecture,
  pythonVersion = defaultPythonVersion,
}: Pick<PythonDownloadFunctionArgs, "server" | "architecture" | "pythonVersion">): void {
  const lock = servers[server]["requirements.txt"];
  if (lock !== undefined) vendorPackages({ lock, architecture, pythonVersion });
}

/**
 * A function in Python that streams objects of one bucket, as `DownloadFunction` does in TypeScript: the code in
 * `lambda/download-python`.
 */
export class PythonDownloadFunction extends PythonFunction {
  constructor(name: string, args: PythonDownloadFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      {
        description: `Streams objects from S3, with Python and ${args.server}`,
        files: downloadPackage(args.server),
        startupScript: "run.sh",
        ...(args.pythonVersion && { pythonVersion: args.pythonVersion }),
        ...downloadFunctionArgs(args),
      },
      opts,
    );
  }
}
