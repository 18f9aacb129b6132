import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DockerIgnore, parseDockerIgnore } from "./docker-ignore.ts";

/** Digits that tell builds apart; an image tag may have 128 characters. */
const DIGITS = 32;

/**
 * One value for everything an image is built from: the files that `.dockerignore` lets into the build context with their
 * names and permissions, `.dockerignore` and Dockerfile themselves, and the platform. What makes Docker build anew makes
 * another value, so that no build is ever pushed over another's tag; what does not, does not.
 *
 * @param folder The build context, with a `.dockerignore`.
 * @param dockerfile From `folder`.
 * @returns 32 hexadecimal digits, the same on every operating system.
 * @throws Error of the file system when there is no `.dockerignore` or Dockerfile.
 */
export function buildContextDigest(folder: string, dockerfile: string, platform: string): string {
  const hash = createHash("sha256").update(`${platform}\n`);
  const ignoreFile = ".dockerignore";
  const ignore = parseDockerIgnore(readFileSync(join(folder, ignoreFile), "utf8"));
  const paths = new Set([ignoreFile, dockerfile, ...contextFiles(folder, ignore)]);
  for (const path of [...paths].sort()) {
    const content = readFileSync(join(folder, path));
    const permissions = (statSync(join(folder, path)).mode & 0o777).toString(8);
    hash.update(`${JSON.stringify(path)} ${permissions} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, DIGITS);
}

/** Paths from `folder` of all files that Docker gets to see. */
export function contextFiles(folder: string, ignore: DockerIgnore, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return ignore.ignoresAllIn(path) ? [] : contextFiles(folder, ignore, path);
    return ignore.ignores(path) ? [] : [path];
  });
}
