import { rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeWorkFolder, type WorkFolder } from "../work-folder.ts";
import { fileVersion, type StoredObject } from "./stored-object.ts";

/** Metadata of a PUT. */
export type ObjectDescription = Pick<StoredObject, "etag" | "headers" | "checksums">;

/**
 * Objects that arrived by PUT. Their keys are kept in memory and their bytes in numbered files of a temporary folder,
 * so that a key may be anything S3 allows and the user's folder stays as it is. All gone when the local cloud stops.
 */
export class PutObjects {
  readonly #byKey = new Map<string, StoredObject>();
  #folder: WorkFolder | undefined;
  #fileCount = 0;

  find(key: string): StoredObject | undefined {
    return this.#byKey.get(key);
  }

  keys(prefix: string): string[] {
    return [...this.#byKey.keys()].filter((key) => key.startsWith(prefix));
  }

  /**
   * Stores an object once its body has ended well; a reader of the one before keeps reading that.
   *
   * @param body Throws to refuse the object, then nothing is stored.
   * @param describe Called after the last byte.
   */
  async put(
    key: string,
    body: AsyncIterable<Buffer>,
    describe: () => ObjectDescription,
  ): Promise<StoredObject> {
    this.#folder ??= makeWorkFolder();
    const path = join(this.#folder.path, String(this.#fileCount++));
    try {
      await writeFile(path, body);
      const stats = await stat(path, { bigint: true });
      const lastModified = stats.mtime;
      const object = {
        path,
        version: fileVersion(stats),
        size: Number(stats.size),
        lastModified,
        ...describe(),
      };
      const replaced = this.#byKey.get(key);
      this.#byKey.set(key, object);
      if (replaced !== undefined) await rm(replaced.path);
      return object;
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** Does nothing for a key that was never PUT, as S3 does for one that is not there. */
  async delete(key: string): Promise<void> {
    const object = this.#byKey.get(key);
    this.#byKey.delete(key);
    if (object !== undefined) await rm(object.path);
  }

  async close(): Promise<void> {
    await this.#folder?.remove();
  }
}
