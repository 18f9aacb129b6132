import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeWhenKilled } from "../host/caretaker.ts";

/** The files of one `npm start`. */
export interface RunState {
  readonly outputsFile: string;
  readonly logFolder: string;
  /** Removes what is of no use once the cloud has stopped. */
  release(): void;
}

/**
 * Takes `stateFolder` for this process, or, while another `npm start` of the same clone has it, the folder `2`, `3`, ... in
 * it. Outputs that a killed run has left are removed.
 *
 * @throws NodeJS.ErrnoException when the folder cannot be written.
 */
export function takeRunState(stateFolder: string): RunState {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? stateFolder : join(stateFolder, String(number));
    mkdirSync(folder, { recursive: true });
    const pidFile = join(folder, "pid");
    if (!take(pidFile)) continue;
    const outputsFile = join(folder, "outputs.json");
    const files = [outputsFile, pidFile];
    const remove = () => files.forEach((file) => rmSync(file, { force: true }));
    rmSync(outputsFile, { force: true });
    const endCare = removeWhenKilled(files);
    process.once("exit", () => {
      remove();
      endCare();
    });
    return { outputsFile, logFolder: join(folder, "logs"), release: remove };
  }
}

/** @returns Whether the file is this process's now. */
function take(pidFile: string): boolean {
  try {
    writeFileSync(pidFile, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (isAlive(readIfThere(pidFile))) return false;
  rmSync(pidFile, { force: true });
  return take(pidFile);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: string): boolean {
  try {
    return /^\d+$/.test(pid) && process.kill(Number(pid), 0);
  } catch (error) {
    // Somebody else's is alive as well.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
