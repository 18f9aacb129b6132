import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { removeWhenKilled } from "./host/caretaker.ts";

/** A temporary folder of one local cloud: for its functions' code and containers' files, or for what was put into S3. */
export interface WorkFolder {
  readonly path: string;
  remove(): Promise<void>;
}

const removal = { recursive: true, force: true, maxRetries: 3 };

/** With what ends the care for each. */
const present = new Map<string, () => void>();
process.once("exit", () => {
  for (const [path, endCare] of present) {
    rmSync(path, removal);
    endCare();
  }
});

/** Makes a folder that goes at the latest when this process ends, also by an error, while it is starting, or killed. */
export function makeWorkFolder(): WorkFolder {
  const path = mkdtempSync(join(tmpdir(), "streamgate-"));
  const endCare = removeWhenKilled([path]);
  present.set(path, endCare);
  return {
    path,
    async remove() {
      await rm(path, removal);
      present.delete(path);
      endCare();
    },
  };
}
