import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** A file as callers of the API see it. */
export interface ServedFile {
  readonly key: string;
  readonly bytes: number;
}

/**
 * The files right under the prefix, by name. None where there is no such folder.
 *
 * @param keyPrefix Empty, or ends in a slash.
 */
export function servedFiles(folder: string, keyPrefix: string): ServedFile[] {
  const prefixFolder = join(folder, keyPrefix);
  if (!existsSync(prefixFolder)) return [];
  return readdirSync(prefixFolder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .flatMap(({ name }) => {
      // Gone meanwhile, or a name that is no UTF-8 and so no key either.
      const found = statSync(join(prefixFolder, name), { throwIfNoEntry: false });
      return found ? [{ key: keyPrefix + name.normalize("NFC"), bytes: found.size }] : [];
    })
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}
