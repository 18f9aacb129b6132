import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { CodeFile, CodeFiles } from "./code-files.ts";
import { readZip } from "./zip-archive.ts";

/** Pulumi writes no permissions into the zip files it makes. Source: https://github.com/pulumi/pulumi/issues/3593 */
const PLAIN_MODE = 0o644;

/**
 * Reads a recorded archive the way Pulumi packs it: assets and folders, nested archives under their name; a zip file
 * is passed on as it is.
 *
 * @param archive Pulumi's `AssetArchive`, or a `FileArchive` of a folder or a zip file.
 * @param projectFolder What relative paths start from.
 * @throws Error for archives that are not there or cannot be read locally (remote archives).
 */
export async function readArchive(archive: unknown, projectFolder: string): Promise<CodeFiles> {
  const { assets, path } = await payload(archive);
  if (typeof path === "string") return readFileArchive(resolve(projectFolder, path));
  if (typeof assets !== "object" || assets === null) {
    throw new Error("The code is neither an AssetArchive nor a FileArchive.");
  }
  const files = new Map<string, CodeFile>();
  for (const [name, asset] of Object.entries(assets)) {
    for (const [inner, file] of await readMember(asset, projectFolder)) files.set(join(name, inner), file);
  }
  return files;
}

/** @returns Every file under a folder, by its path from there. */
export async function readFolder(folder: string): Promise<CodeFiles> {
  const paths = (await readdir(folder, { recursive: true })).sort();
  const files = new Map<string, CodeFile>();
  for (const path of paths) {
    const file = join(folder, path);
    if ((await stat(file)).isFile()) files.set(path, await readPlain(file));
  }
  return files;
}

/** Writes exactly these files. */
export async function writeCode(files: CodeFiles, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, { content, mode }] of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode });
  }
}

/** @returns One hash over all paths and contents, in hexadecimal; the same for the same files in any order. */
export function codeSha256(files: CodeFiles): string {
  const hash = createHash("sha256");
  for (const [path, { content }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

async function readFileArchive(path: string): Promise<CodeFiles> {
  return (await stat(path)).isDirectory() ? readFolder(path) : readZip(path);
}

/** A member's files; its own content stands under the empty path, which `join` drops. */
async function readMember(member: unknown, projectFolder: string): Promise<CodeFiles> {
  const { text, path, uri, assets } = await payload(member);
  if (typeof text === "string") return new Map([["", { content: Buffer.from(text), mode: PLAIN_MODE }]]);
  if (typeof uri === "string") throw new Error(`The remote asset ${uri} is not fetched.`);
  if (typeof path !== "string" || assets !== undefined) return readArchive(member, projectFolder);
  const file = resolve(projectFolder, path);
  return (await stat(file)).isDirectory() ? readFolder(file) : new Map([["", await readPlain(file)]]);
}

async function readPlain(file: string): Promise<CodeFile> {
  return { content: await readFile(file), mode: PLAIN_MODE };
}

/** Pulumi's asset classes hold their payload as promises under the name that tells them apart. */
async function payload(
  asset: unknown,
): Promise<{ text: unknown; path: unknown; uri: unknown; assets: unknown }> {
  if (typeof asset !== "object" || asset === null)
    throw new Error("The code is not a Pulumi asset or archive.");
  const { text, path, uri, assets } = asset as Record<string, unknown>;
  return { text: await text, path: await path, uri: await uri, assets: await assets };
}
