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

const source = (path: string) => join(import.meta.dirname, "..", "..", "lambda", path);

/** The deployment packages, by their server. */
const packages: Readonly<Record<PythonDownloadFunctionArgs["server"], PythonFunctionArgs["files"]>> = {
  fastapi: {
    "app.py": source("download-fastapi/app.py"),
    "download.py": source("download-stdlib/download.py"),
    "requirements.txt": source("download-fastapi/requirements.txt"),
    "run.sh": source("download-fastapi/run.sh"),
  },
  stdlib: {
    "download.py": source("download-stdlib/download.py"),
    "run.sh": source("download-stdlib/run.sh"),
  },
};

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
  const lock = packages[server]["requirements.txt"];
  if (lock !== undefined) vendorPackages({ lock, architecture, pythonVersion });
}

/**
 * A function in Python that streams objects of one bucket, as `DownloadFunction` does in TypeScript: the code in
 * `lambda/download-fastapi` or `lambda/download-stdlib`.
 */
export class PythonDownloadFunction extends PythonFunction {
  constructor(name: string, args: PythonDownloadFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      {
        description: `Streams objects from S3, with Python and ${args.server}`,
        files: packages[args.server],
        startupScript: "run.sh",
        ...(args.pythonVersion && { pythonVersion: args.pythonVersion }),
        ...downloadFunctionArgs(args),
      },
      opts,
    );
  }
}
