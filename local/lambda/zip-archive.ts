import { buffer } from "node:stream/consumers";
import { type Entry, openPromise, type ZipFile } from "yauzl";
import type { CodeFile, CodeFiles } from "./code-files.ts";

/** The file type in a Unix mode, and its values. */
const TYPE_MASK = 0o170000;
const REGULAR_FILE = 0o100000;

/** The system an archive was made on, in the upper byte of `versionMadeBy`. */
const UNIX = 3;

/** Mode of a file that was packed without permissions. */
const DEFAULT_MODE = 0o644;

/**
 * Reads a deployment package that is ready to be uploaded.
 *
 * @throws Error naming the archive, when it is not a zip file, has a path that leads out of it, or holds something
 * other than files and folders.
 */
export async function readZip(path: string): Promise<CodeFiles> {
  try {
    const zip = await openPromise(path);
    const files = new Map<string, CodeFile>();
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith("/")) files.set(entry.fileName, await readEntry(zip, entry));
    }
    return files;
  } catch (error) {
    throw new Error(`${path} cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<CodeFile> {
  const unixMode = entry.versionMadeBy >> 8 === UNIX ? entry.externalFileAttributes >>> 16 : 0;
  const type = unixMode & TYPE_MASK;
  if (type !== 0 && type !== REGULAR_FILE) throw new Error(`${entry.fileName} is not a regular file`);
  const content = await buffer(await zip.openReadStreamPromise(entry));
  return { content, mode: unixMode === 0 ? DEFAULT_MODE : unixMode & 0o777 };
}
