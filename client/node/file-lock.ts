import { open, readFile, unlink, type FileHandle } from "node:fs/promises";
import { ClientError } from "../client-error.ts";

/** Sole right to write a file, held by a process until it ends. */
export interface FileLock {
  release(): Promise<void>;
}

/**
 * Takes the lock file `PATH.lock`, which names this process. One whose process has ended is taken over.
 *
 * @throws ClientError `busy` while another process, or another download of this one, holds it.
 */
export async function lockFile(path: string): Promise<FileLock> {
  const lockPath = `${path}.lock`;
  for (let tries = 0; tries < 3; tries++) {
    const handle = await create(lockPath);
    if (handle !== undefined) {
      await handle.writeFile(String(process.pid));
      await handle.close();
      return { release: () => unlink(lockPath).catch(() => undefined) };
    }
    const holder = Number(await readFile(lockPath, "utf8").catch(() => ""));
    if (isAlive(holder)) {
      throw new ClientError(
        "busy",
        `Process ${holder} is writing ${path}. If it is not, remove ${lockPath}.`,
      );
    }
    await unlink(lockPath).catch(() => undefined);
  }
  throw new ClientError("busy", `Another process is writing ${path}.`);
}

async function create(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
