import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { InputError } from "../input-error.ts";
import type { Architecture } from "./web-adapter.ts";

/** The versions of Lambda's Python runtimes on Amazon Linux 2023. */
const pythonVersions = ["3.12", "3.13", "3.14"] as const;
export type PythonVersion = (typeof pythonVersions)[number];

/** Default Python version. */
export const defaultPythonVersion: PythonVersion = "3.13";

/** Lock, Python version and architecture of vendored packages. */
export interface PythonPackagesArgs {
  /** Absolute path of a `requirements.txt` that pins every package, and each of its files by hash. */
  readonly lock: string;
  /** The version of Lambda's runtime. */
  readonly pythonVersion: PythonVersion;
  /** The function's processor. */
  readonly architecture: Architecture;
  /** Absolute path of a folder that keeps what has been vendored. Default: `.cache/python-functions` of this project. */
  readonly cacheFolder?: string;
}

/** Default folder of packages kept between runs. */
export const projectCache = join(import.meta.dirname, "..", "..", ".cache", "python-functions");

type Target = Pick<PythonPackagesArgs, "pythonVersion" | "architecture">;

/** Processors by Python's names. */
const machines: { readonly [architecture in Architecture]: string } = {
  arm64: "aarch64",
  x86_64: "x86_64",
};

/** A program that installs packages; its own words for what the programs say differently. */
interface Installer {
  readonly command: string;
  readonly install: readonly string[];
  /** Any Linux whose C library is not older than Lambda's; both programs take the same wheels then. */
  readonly platform: (machine: string) => readonly string[];
}

const uv: Installer = {
  command: "uv",
  install: ["pip", "install", "--quiet"],
  platform: (machine) => ["--python-platform", `${machine}-manylinux2014`],
};

const pipOf = (python: string): Installer => ({
  command: python,
  // Quieter than uv: it would warn of every try of a download.
  install: ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"],
  platform: (machine) => ["--platform", `manylinux2014_${machine}`],
});

/** The first that is there is taken. Windows has no `python3`. */
const installers: readonly Installer[] = [uv, pipOf("python3"), pipOf("python")];

/**
 * Puts the packages of a lock file into a folder, built for Lambda's Python, whatever this machine runs. Waits for it:
 * packages that cannot be had are found out about before anything is deployed.
 *
 * @returns Absolute path of the folder. Must not be changed: the next caller gets the same.
 * @throws InputError when there is no program to install with, or the lock's packages cannot be had.
 */
export function vendorPackages(args: PythonPackagesArgs): string {
  const { lock, cacheFolder = projectCache, ...target } = args;
  const digest = createHash("sha256").update(readFileSync(lock)).update(JSON.stringify(target)).digest("hex");
  const folder = join(cacheFolder, `packages-${digest}`);
  if (existsSync(folder)) return folder;

  const installer = findInstaller();
  mkdirSync(cacheFolder, { recursive: true });
  const part = mkdtempSync(`${folder}.`);
  try {
    const problem = install(installer, lock, target, part);
    if (problem !== undefined) throw new InputError(refusal(installer, lock, target, problem));
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another program may have been faster.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

function findInstaller(): Installer {
  const found = installers.find(
    ({ command, install }) => spawnSync(command, [...install, "--help"], { stdio: "ignore" }).status === 0,
  );
  if (found !== undefined) return found;
  throw new InputError(
    "Python functions are packaged with uv (https://docs.astral.sh/uv) or pip, and neither is installed: install one of them.",
  );
}

/** @returns What the program had to complain of, if it could not install. */
function install(
  { command, install, platform }: Installer,
  lock: string,
  { pythonVersion, architecture }: Target,
  folder: string,
): string | undefined {
  const { status, stderr } = spawnSync(
    command,
    [
      ...install,
      ...["--require-hashes", "--no-deps", "--only-binary", ":all:"],
      ...platform(machines[architecture]),
      ...["--python-version", pythonVersion, "--target", folder, "--requirement", lock],
    ],
    { encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] },
  );
  return status === 0 ? undefined : stderr.trim();
}

/** Says what cannot be installed, and for which versions of Python it could. */
function refusal(installer: Installer, lock: string, target: Target, problem: string): string {
  const others = pythonVersions.filter(
    (pythonVersion) =>
      pythonVersion !== target.pythonVersion && canInstall(installer, lock, { ...target, pythonVersion }),
  );
  const way =
    others.length > 0
      ? `They can for Python ${others.join(" and ")}: choose that as pythonVersion.`
      : "Nor can they for another version that Lambda has.";
  return (
    `The packages of ${basename(dirname(lock))}/${basename(lock)} cannot be installed for Python ` +
    `${target.pythonVersion} on ${target.architecture}. ${way}\n${problem}`
  );
}

/** Found out by doing it: a dry run of uv downloads nothing, and so compares no hashes. */
function canInstall(installer: Installer, lock: string, target: Target): boolean {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-"));
  try {
    return install(installer, lock, target, folder) === undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
