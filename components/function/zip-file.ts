import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rename } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";

/** One file of a zip. */
export interface ZipEntry {
  readonly content: Buffer;
  /** Unix permissions. */
  readonly mode: number;
}

/** The oldest time a zip can hold; in local time, because that is how it is stored. */
const MODIFIED = new Date(1980, 0, 1);

const REGULAR_FILE = 0o100000;

/**
 * Writes a zip whose bytes depend on nothing but the files in it: neither on when and where it is written, nor on the
 * version of zlib, whose output differs between Node.js versions and processors. So the files are stored as they are;
 * deflated, the same code would be deployed anew from every other machine.
 *
 * @param entries By path in the zip, with `/` between its parts.
 */
export async function writeZip(path: string, entries: Readonly<Record<string, ZipEntry>>): Promise<void> {
  const zip = new ZipFile();
  for (const name of Object.keys(entries).sort()) {
    const { content, mode } = entries[name] as ZipEntry;
    zip.addBuffer(content, name, {
      mode: REGULAR_FILE | mode,
      mtime: MODIFIED,
      forceDosTimestamp: true,
      compress: false,
    });
  }
  zip.end();
  // Whole or not there at all, also when the same is written twice at a time.
  const part = `${path}.${randomUUID()}`;
  await pipeline(zip.outputStream, createWriteStream(part));
  await rename(part, path);
}
