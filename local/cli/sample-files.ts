import { createCipheriv } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SAMPLE_BYTES = 25 * 1024 * 1024;

/**
 * Makes the folder that is served when the user names none: a file above every buffered limit, a small text and a
 * name that is not ASCII. Does nothing where it exists.
 */
export function makeSampleFiles(folder: string): void {
  if (existsSync(folder)) return;
  const unfinished = `${folder}.new`;
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, "sample-25mb.bin"), incompressibleBytes(SAMPLE_BYTES));
  writeFileSync(join(unfinished, "hello.txt"), "Hello from Streamgate.\n");
  writeFileSync(join(unfinished, "こんにちは.txt"), "こんにちは、ストリーム。\n");
  renameSync(unfinished, folder);
}

/** The same bytes on every machine, with no pattern that compression or a repeated block could hide behind. */
function incompressibleBytes(length: number): Buffer {
  return createCipheriv("aes-128-ctr", Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(length));
}
