import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ExecutionContext } from "ava";
import { ZipFile } from "yazl";
import { temporaryFolder } from "./running-s3.ts";

/** Wheels in a folder, and a lock file that pins them. */
export interface WheelHouse {
  readonly lock: string;
  /** A folder of the test's own, for what is made from them. */
  readonly cacheFolder: string;
}

/**
 * Makes wheels of a package `probe` 1.0 and has `uv` and `pip` look for packages there and nowhere else.
 *
 * @param tags Format: `cp313-cp313-manylinux2014_aarch64`; one wheel each.
 */
export async function makeWheels(t: ExecutionContext, ...tags: readonly string[]): Promise<WheelHouse> {
  const folder = await temporaryFolder(t);
  const hashes: string[] = [];
  for (const tag of tags) hashes.push(await writeWheel(folder, tag));
  const lock = join(folder, "requirements.txt");
  await writeFile(lock, `probe==1.0 ${hashes.map((hash) => `--hash=sha256:${hash}`).join(" ")}\n`);
  process.env.PIP_NO_INDEX = process.env.UV_NO_INDEX = "1";
  process.env.PIP_FIND_LINKS = process.env.UV_FIND_LINKS = folder;
  return { lock, cacheFolder: join(folder, "cache") };
}

/** @returns Its SHA-256. */
async function writeWheel(folder: string, tag: string): Promise<string> {
  const path = join(folder, `probe-1.0-${tag}.whl`);
  const info = "probe-1.0.dist-info";
  const files = {
    "probe/__init__.py": `TAG = "${tag}"\n`,
    [`${info}/METADATA`]: "Metadata-Version: 2.1\nName: probe\nVersion: 1.0\n",
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: ${tag}\n`,
    [`${info}/entry_points.txt`]: "[console_scripts]\nprobe = probe:main\n",
  };
  const zip = new ZipFile();
  const record = [...Object.keys(files).map((name) => `${name},,`), `${info}/RECORD,,`].join("\n");
  for (const [name, text] of Object.entries({ ...files, [`${info}/RECORD`]: `${record}\n` })) {
    zip.addBuffer(Buffer.from(text), name);
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
