import { constants } from "node:fs";
import { open, readFile, rename, unlink, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { ByteRange } from "../download/byte-range.ts";
import type { KnownObject } from "../download/range-reader.ts";

/** State of an unfinished download, as it is kept beside the partial file. */
export interface Journal {
  /** The object's URL. */
  readonly url: string;
  readonly object: KnownObject;
  /** Bytes that are on the disk for certain, in order, without overlaps. */
  readonly done: readonly ByteRange[];
}

const journalSchema = z.strictObject({
  version: z.literal(1),
  url: z.string(),
  object: z.strictObject({ size: z.int().nonnegative(), etag: z.string() }),
  done: z.array(z.strictObject({ first: z.int().nonnegative(), last: z.int().nonnegative() })),
});

/**
 * A file on its way: `NAME.part` holds the bytes, `NAME.part.json` says which of them are there. The journal never names
 * bytes that are not on the disk: these are flushed first, then a new journal takes the place of the old one.
 */
export class PartialFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #journalPath: string;
  #journal: Journal;
  /** Ranges that are written but not yet named in the journal. */
  #unflushed: ByteRange[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(target: string, handle: FileHandle, journal: Journal) {
    this.path = partPath(target);
    this.#handle = handle;
    this.#journalPath = `${this.path}.json`;
    this.#journal = journal;
  }

  /** Begins anew: whatever there was is gone. */
  static async create(target: string, url: string, object: KnownObject): Promise<PartialFile> {
    await unlink(`${partPath(target)}.json`).catch(ignoreMissing);
    const handle = await open(
      partPath(target),
      constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC,
      0o666,
    );
    const file = new PartialFile(target, handle, { url, object, done: [] });
    try {
      await file.#writeJournal();
    } catch (error) {
      await handle.close();
      throw error;
    }
    return file;
  }

  /** Goes on with what an earlier download left. */
  static async reopen(target: string, journal: Journal): Promise<PartialFile> {
    return new PartialFile(target, await open(partPath(target), constants.O_RDWR), journal);
  }

  /** Bytes that are not there yet. */
  get missing(): ByteRange[] {
    return gaps(this.#journal.done, this.#journal.object.size);
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await this.#handle.write(
        bytes,
        written,
        bytes.length - written,
        position + written,
      );
      written += bytesWritten;
    }
  }

  /** A range has been written. Its flush joins those that wait for the one under way. */
  rangeDone(range: ByteRange): void {
    this.#unflushed.push(range);
    this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
    // Whoever waits for `settle` or `finish` hears of it.
    this.#flushing.catch(() => undefined);
  }

  /** Resolves when the journal names all that has been written. */
  async settle(): Promise<void> {
    while (this.#flushing !== undefined || this.#unflushed.length > 0) {
      this.#flushing ??= this.#flush().finally(() => (this.#flushing = undefined));
      await this.#flushing;
    }
  }

  /** Reads the bytes in order. */
  async *read(): AsyncGenerator<Uint8Array, undefined> {
    const buffer = new Uint8Array(1024 * 1024);
    for (let position = 0; ;) {
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
  }

  /** Gives the file its name, whole. */
  async finish(target: string): Promise<void> {
    await this.settle();
    await this.#handle.sync();
    await this.#handle.close();
    await rename(this.path, target);
    await syncFolder(dirname(target));
    await unlink(this.#journalPath).catch(ignoreMissing);
  }

  /** Leaves the file to be resumed. */
  async close(): Promise<void> {
    await this.#flushing?.catch(() => undefined);
    await this.#handle.close().catch(() => undefined);
  }

  /** Takes the file away: what it holds is worth nothing. */
  async discard(): Promise<void> {
    await this.close();
    await unlink(this.#journalPath).catch(ignoreMissing);
    await unlink(this.path).catch(ignoreMissing);
  }

  async #flush(): Promise<void> {
    while (this.#unflushed.length > 0) {
      const ranges = this.#unflushed;
      this.#unflushed = [];
      await this.#handle.datasync();
      this.#journal = { ...this.#journal, done: mergeRanges([...this.#journal.done, ...ranges]) };
      await this.#writeJournal();
    }
  }

  async #writeJournal(): Promise<void> {
    const next = `${this.#journalPath}.new`;
    const handle = await open(next, "w");
    try {
      await handle.writeFile(JSON.stringify({ version: 1, ...this.#journal }));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(next, this.#journalPath);
  }
}

/** Where the bytes are until they are whole. */
export function partPath(target: string): string {
  return `${target}.part`;
}

/** @returns What an earlier download left; `undefined` when there is nothing to go on with. */
export async function readJournal(target: string): Promise<Journal | undefined> {
  const text = await readFile(`${partPath(target)}.json`, "utf8").catch(ignoreMissing);
  if (text === undefined) return undefined;
  const parsed = journalSchema.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { url, object, done } = parsed.data;
  const isInside = done.every(({ first, last }) => first <= last && last < object.size);
  const size = await sizeOf(partPath(target));
  // Bytes that the journal names but the file has no room for: somebody has cut it.
  const isThere = size !== undefined && done.every(({ last }) => last < size);
  return isInside && isThere ? { url, object, done: mergeRanges(done) } : undefined;
}

/** Sorts ranges, and joins those that touch or overlap. */
export function mergeRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const merged: ByteRange[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const previous = merged.at(-1);
    if (previous === undefined || first > previous.last + 1) merged.push({ first, last });
    else merged[merged.length - 1] = { first: previous.first, last: Math.max(previous.last, last) };
  }
  return merged;
}

/** Bytes of an object that no range covers. */
function gaps(done: readonly ByteRange[], size: number): ByteRange[] {
  const missing: ByteRange[] = [];
  let next = 0;
  for (const { first, last } of done) {
    if (first > next) missing.push({ first: next, last: first - 1 });
    next = last + 1;
  }
  return next < size ? [...missing, { first: next, last: size - 1 }] : missing;
}

async function sizeOf(path: string): Promise<number | undefined> {
  const handle = await open(path, "r").catch(ignoreMissing);
  if (handle === undefined) return undefined;
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk when its folder is. Windows knows no such flush. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  return undefined;
}
