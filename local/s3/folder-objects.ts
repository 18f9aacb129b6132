import { createHash } from "node:crypto";
import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";
import { lookup } from "mime-types";
import { DEFAULT_CONTENT_TYPE, fileVersion, ignoreMissing, type StoredObject } from "./stored-object.ts";

/** No common file system holds a longer name. */
const MAX_SEGMENT_BYTES = 255;

/**
 * Serves the files of a folder as objects: the path below the folder is the key, byte for byte, as in S3. Which forms of a
 * name are one file is for the file system to say. Never writes.
 */
export class FolderObjects {
  readonly #folder: string;

  /** @param folder With no symbolic link in its path. */
  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws NodeJS.ErrnoException when there is no such folder */
  static async open(folder: string): Promise<FolderObjects> {
    return new FolderObjects(await realpath(folder));
  }

  /** @returns `undefined` where there is no file, or only one outside the folder that a symbolic link leads to. */
  async find(key: string): Promise<StoredObject | undefined> {
    const segments = key.split("/");
    if (!segments.every(isFileName)) return undefined;
    const path = await this.#resolve(join(this.#folder, ...segments));
    if (path === undefined) return undefined;
    const stats = await stat(path, { bigint: true }).catch(ignoreMissing);
    if (stats?.isFile() !== true) return undefined;
    const version = fileVersion(stats);
    const contentType = lookup(extname(key));
    return {
      path,
      version,
      size: Number(stats.size),
      // The `-1` marks it, as S3 does after a multipart upload, as an ETag that is not the content's MD5.
      etag: `"${createHash("md5").update(version).digest("hex")}-1"`,
      lastModified: stats.mtime,
      headers: { "content-type": contentType === false ? DEFAULT_CONTENT_TYPE : contentType },
      checksums: {},
    };
  }

  /** @returns Every key that begins with `prefix`, in no order. */
  async keys(prefix: string): Promise<string[]> {
    const parents = prefix.split("/").slice(0, -1);
    if (!parents.every(isFileName)) return [];
    const start = await this.#resolve(join(this.#folder, ...parents));
    if (start === undefined) return [];
    const keys: string[] = [];
    for await (const path of this.#walk(start, [start])) {
      const key = [...parents, ...path].join("/");
      if (key.startsWith(prefix)) keys.push(key);
    }
    return keys;
  }

  /** @returns The path with all symbolic links followed; `undefined` if there is nothing, or not inside the folder. */
  async #resolve(path: string): Promise<string | undefined> {
    const actual = await realpath(path).catch(ignoreMissing);
    return actual === this.#folder || actual?.startsWith(join(this.#folder, sep)) === true
      ? actual
      : undefined;
  }

  /** @param ancestors The folder and those above, by real path: a link back to one of them is not followed. */
  async *#walk(folder: string, ancestors: readonly string[]): AsyncGenerator<string[]> {
    const entries = (await readdir(folder, { withFileTypes: true }).catch(ignoreMissing)) ?? [];
    for (const entry of entries) {
      const path = await this.#resolve(join(folder, entry.name));
      if (path === undefined || ancestors.includes(path)) continue;
      const kind = entry.isSymbolicLink() ? await stat(path) : entry;
      if (kind.isFile()) yield [entry.name];
      if (!kind.isDirectory()) continue;
      for await (const below of this.#walk(path, [...ancestors, path])) yield [entry.name, ...below];
    }
  }
}

function isFileName(segment: string): boolean {
  return (
    segment !== "" &&
    segment !== "." &&
    segment !== ".." &&
    !segment.includes("\0") &&
    Buffer.byteLength(segment) <= MAX_SEGMENT_BYTES
  );
}
