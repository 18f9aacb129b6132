import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/**
 * The local CloudWatch Logs: one list of lines a log group, and one file a group when a folder is given, so that
 * `tail -f` works on a laptop. Keeps the newest lines of each group.
 */
export class LogGroups {
  static readonly keptLines = 10_000;
  readonly #lines = new Map<string, string[]>();
  readonly #folder: string | undefined;

  constructor(folder?: string) {
    this.#folder = folder;
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
  }

  append(logGroup: string, line: string): void {
    const lines = this.#lines.get(logGroup) ?? [];
    this.#lines.set(logGroup, lines);
    lines.push(line);
    if (lines.length > LogGroups.keptLines) lines.shift();
    if (this.#folder !== undefined) {
      appendFileSync(join(this.#folder, `${logGroup.replaceAll(/[^\w.-]+/g, "_")}.log`), `${line}\n`);
    }
  }

  lines(logGroup: string): readonly string[] {
    return this.#lines.get(logGroup) ?? [];
  }

  get names(): readonly string[] {
    return [...this.#lines.keys()];
  }
}
