import { FolderObjects } from "./folder-objects.ts";
import { PutObjects, type ObjectDescription } from "./put-objects.ts";
import type { StoredObject } from "./stored-object.ts";

/** Folder of a bucket's objects, and whether a PUT may add to them. */
export interface BucketSource {
  readonly folder: string;
  readonly writable: boolean;
}

/** A bucket: the files of a folder, and over them what was PUT since the start. */
export class Bucket {
  readonly writable: boolean;
  readonly #files: FolderObjects;
  readonly #put = new PutObjects();

  private constructor(files: FolderObjects, writable: boolean) {
    this.#files = files;
    this.writable = writable;
  }

  /** @throws NodeJS.ErrnoException when there is no such folder */
  static async open({ folder, writable }: BucketSource): Promise<Bucket> {
    return new Bucket(await FolderObjects.open(folder), writable);
  }

  async find(key: string): Promise<StoredObject | undefined> {
    return this.#put.find(key) ?? (await this.#files.find(key));
  }

  /** @returns Every key that begins with `prefix`, in the order S3 lists them. */
  async keys(prefix: string): Promise<string[]> {
    const keys = new Set([...(await this.#files.keys(prefix)), ...this.#put.keys(prefix)]);
    return [...keys].sort(compareBytes);
  }

  put(key: string, body: AsyncIterable<Buffer>, describe: () => ObjectDescription): Promise<StoredObject> {
    return this.#put.put(key, body, describe);
  }

  /** Takes back what was PUT; the user's files are never touched. */
  delete(key: string): Promise<void> {
    return this.#put.delete(key);
  }

  close(): Promise<void> {
    return this.#put.close();
  }
}

/** S3's order of keys: by the bytes of their UTF-8, which is not quite the order of JavaScript's strings. */
export function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
