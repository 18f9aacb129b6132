import { resolve } from "node:path";
import { ClientError } from "../client-error.ts";
import { totalLength } from "../download/byte-range.ts";
import { downloadObject, type DownloadOptions, type ObjectDownload } from "../download/download-object.ts";
import { objectUrl } from "../download/object-request.ts";
import type { ObjectDescription } from "../download/object-description.ts";
import type { KnownObject } from "../download/range-reader.ts";
import { lockFile } from "./file-lock.ts";
import { PartialFile, partPath, readJournal } from "./partial-file.ts";
import { sha256 } from "./sha256.ts";

/** Download of one object into a file. */
export interface SaveOptions extends Omit<DownloadOptions, "createHash" | "known"> {
  /** Path of the file. It appears under this name when it is whole, in place of one that is there. */
  readonly file: string;
  /** Whether an unfinished download of the same object is gone on with. Default: true. */
  readonly resume?: boolean;
}

/** A file that is whole. */
export interface SavedObject {
  readonly file: string;
  readonly object: ObjectDescription;
  /** Bytes that an earlier, unfinished download had brought. */
  readonly resumedBytes: number;
  /** Whether the file was read again and has the digest that the API sent. False: the API sent none. */
  readonly isVerified: boolean;
}

/**
 * Downloads an object into a file, in ranges side by side, each at its place. What is there survives the end of the
 * process, of whatever kind: the next call goes on with it, while the object is the same. An object that has changed
 * meanwhile ends the call, and the partial file is gone.
 *
 * @throws ClientError; the error of a file system that does not take the bytes; the signal's reason.
 */
export async function saveObject({ file, resume = true, ...options }: SaveOptions): Promise<SavedObject> {
  const target = resolve(file);
  const lock = await lockFile(partPath(target));
  try {
    return await save(target, options, resume);
  } finally {
    await lock.release();
  }
}

async function save(
  target: string,
  options: Omit<DownloadOptions, "createHash" | "known">,
  resume: boolean,
): Promise<SavedObject> {
  const url = objectUrl(options.url, options.key);
  const journal = resume ? await readJournal(target) : undefined;
  const isSameObject = journal?.url === url;
  const earlier = isSameObject ? await PartialFile.reopen(target, journal) : undefined;
  let partial = earlier;
  let download: ObjectDownload | undefined;
  try {
    download = await downloadObject({ ...options, ...(isSameObject && { known: journal.object }) });
    partial ??= await PartialFile.create(target, url, knownObject(download.object));
    const missing = partial.missing;
    await download.writeRanges((bytes, position) => partial?.write(bytes, position), {
      ...(earlier && { missing }),
      onRange: (range) => partial?.rangeDone(range),
    });
    const isVerified = await verify(partial, download.object.sha256);
    await partial.finish(target);
    const { size } = journal?.object ?? knownObject(download.object);
    const resumedBytes = earlier === undefined ? 0 : size - totalLength(missing);
    return { file: target, object: download.object, resumedBytes, isVerified };
  } catch (error) {
    download?.cancel();
    await (isWorthless(error) ? partial?.discard() : partial?.close());
    throw error;
  }
}

function knownObject({ size, etag }: ObjectDescription): KnownObject {
  if (size !== undefined && etag !== undefined) return { size, etag };
  throw new ClientError(
    "malformed",
    "The API names neither size nor validator of the object: read it as a stream.",
  );
}

/** Whether what has come so far can never become the object. */
function isWorthless(error: unknown): boolean {
  return error instanceof ClientError && (error.code === "changed" || error.code === "mismatch");
}

/** Bytes that come out of order cannot be hashed as they come: the file is read again. */
async function verify(partial: PartialFile, expected: string | undefined): Promise<boolean> {
  if (expected === undefined) return false;
  const hash = sha256();
  for await (const bytes of partial.read()) hash.update(bytes);
  if (hash.digest() === expected) return true;
  throw new ClientError("mismatch", "The file does not have the digest that the API sent.");
}
