import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "./web-adapter.ts";
import { projectCache, type PythonVersion, vendorPackages } from "./python-packages.ts";
import { writeZip, type ZipEntry } from "./zip-file.ts";

/** Inputs of a Python function's deployment package. */
export interface PythonFunctionCodeArgs {
  /**
   * The code.
   *
   * Shape: absolute path on this machine by path in the package. `requirements.txt`, when there is one, pins every package
   * with its hashes; those are put into the folder `vendor`. Errors: packages that cannot be had.
   */
  readonly files: Readonly<Record<string, string>>;
  /** Which of the files Lambda is to run: executable in the package, its lines ended as Linux has them. */
  readonly startupScript: string;
  /** The version of Lambda's runtime. */
  readonly pythonVersion: PythonVersion;
  /** The function's processor. */
  readonly architecture: Architecture;
  /** Absolute path of the folder that keeps packages between runs. Default: `.cache/python-functions` of this project. */
  readonly cacheFolder?: string;
}

const LOCK = "requirements.txt";

/**
 * Packages a Python function as a zip that is ready to be uploaded: Pulumi's own archives have no file modes, and
 * Lambda runs the startup script as a program. The packages are vendored before this returns; the zip follows.
 *
 * @throws InputError when the packages cannot be had.
 */
export function pythonFunctionCode(args: PythonFunctionCodeArgs): Promise<pulumi.asset.FileArchive> {
  const { files, startupScript, pythonVersion, architecture, cacheFolder = projectCache } = args;
  mkdirSync(cacheFolder, { recursive: true });
  const lock = files[LOCK];
  const vendored =
    lock === undefined
      ? {}
      : vendoredFiles(vendorPackages({ lock, pythonVersion, architecture, cacheFolder }));
  const own = Object.entries(files).map(([name, path]) => {
    const isScript = name === startupScript;
    return [
      name,
      { content: isScript ? readScript(path) : readFileSync(path), mode: isScript ? 0o755 : 0o644 },
    ];
  });
  return archiveOf({ ...vendored, ...(Object.fromEntries(own) as Record<string, ZipEntry>) }, cacheFolder);
}

async function archiveOf(
  entries: Readonly<Record<string, ZipEntry>>,
  cacheFolder: string,
): Promise<pulumi.asset.FileArchive> {
  const path = join(cacheFolder, `${digestOf(entries)}.zip`);
  if (!existsSync(path)) await writeZip(path, entries);
  return new pulumi.asset.FileArchive(path);
}

function digestOf(entries: Readonly<Record<string, ZipEntry>>): string {
  const hash = createHash("sha256");
  for (const [name, { content, mode }] of Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(JSON.stringify([name, mode, content.length])).update(content);
  }
  return hash.digest("hex");
}

/** A working copy may have carriage returns, with which Linux does not find the interpreter. */
function readScript(path: string): Buffer {
  return Buffer.from(readFileSync(path, "utf8").replaceAll("\r\n", "\n"));
}

/**
 * Files left out of the package: records of the installation differ with the installing program, and commands, which stand in
 * `Scripts` on Windows, would look for an interpreter of this machine.
 */
const notCode =
  /^(?:bin|Scripts)\/|^\.lock$|(?:^|\/)__pycache__\/|\.dist-info\/(?:INSTALLER|RECORD|REQUESTED|\w+\.json)$/;

function vendoredFiles(folder: string): Record<string, ZipEntry> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map(({ parentPath, name }) =>
    relative(folder, join(parentPath, name)).split(sep).join("/"),
  );
  return Object.fromEntries(
    paths
      .filter((path) => !notCode.test(path))
      .map((path) => [`vendor/${path}`, { content: readFileSync(join(folder, path)), mode: 0o644 }]),
  );
}
