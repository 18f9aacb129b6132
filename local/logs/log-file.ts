import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** The file of a log, how large it grows, and who hears that it cannot be written. */
export interface LogFileOptions {
  readonly path: string;
  /** A file larger than this becomes `{path}.1`, in place of the one before. Default: 10 MiB. */
  readonly rotateAtBytes?: number;
  /** Called with the first line that is lost. */
  readonly onLoss: (message: string) => void;
}

const ROTATE_AT_BYTES = 10 * 1024 * 1024;

/** A log file that never throws: a line that cannot be written is counted and lost. */
export class LogFile {
  readonly #path: string;
  readonly #rotateAtBytes: number;
  readonly #onLoss: (message: string) => void;
  /** `undefined` when it has to be looked up. */
  #bytes: number | undefined;
  #lostLines = 0;

  constructor({ path, rotateAtBytes = ROTATE_AT_BYTES, onLoss }: LogFileOptions) {
    this.#path = path;
    this.#rotateAtBytes = rotateAtBytes;
    this.#onLoss = onLoss;
  }

  get lostLines(): number {
    return this.#lostLines;
  }

  append(line: string): void {
    try {
      this.#write(`${line}\n`);
    } catch (error) {
      this.#bytes = undefined;
      this.#lostLines += 1;
      if (this.#lostLines === 1) this.#onLoss(`lines are lost: ${(error as Error).message}`);
    }
  }

  #write(text: string): void {
    this.#rotate();
    try {
      appendFileSync(this.#path, text);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      // The folder has been removed while the cloud runs.
      mkdirSync(dirname(this.#path), { recursive: true });
      this.#bytes = 0;
      appendFileSync(this.#path, text);
    }
    this.#bytes = (this.#bytes ?? 0) + Buffer.byteLength(text);
  }

  #rotate(): void {
    this.#bytes ??= statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    if (this.#bytes < this.#rotateAtBytes) return;
    if (existsSync(this.#path)) renameSync(this.#path, `${this.#path}.1`);
    this.#bytes = 0;
  }
}
