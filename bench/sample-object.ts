import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An object in a bucket, and what its bytes must hash to. */
export interface SampleObject {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Lends a folder to serve as the bucket, with one object of random bytes in it. */
export async function withSampleObject<T>(
  bytes: number,
  use: (object: SampleObject, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "streamgate-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    const content = randomBytes(bytes);
    writeFileSync(join(folder, "sample.bin"), content);
    return await use({ key: "sample.bin", bytes, sha256: sha256(content) }, folder);
  } finally {
    process.off("exit", remove);
    remove();
  }
}

/** @returns In hexadecimal. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
