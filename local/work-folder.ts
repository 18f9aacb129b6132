import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A temporary folder of one local cloud: for its functions' code and containers' files, or for what was put into S3. */
export interface WorkFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const removal = { recursive: true, force: true, maxRetries: 3 };

const present = new Set<string>();
process.once("exit", () => {
  for (const path of present) rmSync(path, removal);
});

/** Makes a folder that goes at the latest when this process exits, also by an error or while it is starting. */
export function makeWorkFolder(): WorkFolder {
  const path = mkdtempSync(join(tmpdir(), "streamgate-"));
  present.add(path);
  return {
    path,
    async remove() {
      await rm(path, removal);
      present.delete(path);
    },
  };
}
