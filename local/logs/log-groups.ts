import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LogFile } from "./log-file.ts";

/** One log group: its newest lines, and its file where there is a folder. */
interface LogGroup {
  readonly lines: string[];
  readonly file: LogFile | undefined;
}

/**
 * The local CloudWatch Logs: one list of lines a log group, and one file a group when a folder is given, so that
 * `tail -F` works on a laptop. Keeps the newest lines of each group.
 */
export class LogGroups {
  static readonly keptLines = 10_000;
  readonly #groups = new Map<string, LogGroup>();
  readonly #folder: string | undefined;
  readonly #onLoss: (message: string) => void;

  /**
   * @param onLoss Called when a file cannot be written for the first time.
   * @throws NodeJS.ErrnoException when the folder cannot be made.
   */
  constructor(folder?: string, onLoss: (message: string) => void = () => {}) {
    this.#folder = folder;
    this.#onLoss = onLoss;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
  }

  append(logGroup: string, line: string): void {
    const { lines, file } = this.#group(logGroup);
    lines.push(line);
    if (lines.length > LogGroups.keptLines) lines.shift();
    file?.append(line);
  }

  lines(logGroup: string): readonly string[] {
    return this.#groups.get(logGroup)?.lines ?? [];
  }

  get names(): readonly string[] {
    return [...this.#groups.keys()];
  }

  /** Lines that are in no file because it could not be written. */
  get lostLines(): number {
    return [...this.#groups.values()].reduce((sum, { file }) => sum + (file?.lostLines ?? 0), 0);
  }

  #group(name: string): LogGroup {
    const group = this.#groups.get(name) ?? { lines: [], file: this.#file(name) };
    this.#groups.set(name, group);
    return group;
  }

  #file(logGroup: string): LogFile | undefined {
    if (this.#folder === undefined) return undefined;
    const path = join(this.#folder, `${logGroup.replaceAll(/[^\w.-]+/g, "_")}.log`);
    return new LogFile({ path, onLoss: this.#onLoss });
  }
}
