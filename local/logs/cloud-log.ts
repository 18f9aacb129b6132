/** The part of the local cloud that has something to say. */
export type CloudLogSource =
  "program" | "gateway" | "lambda" | "s3" | "bedrock" | "iam" | "ecs" | "elb" | "logs";

export interface CloudLogEntry {
  readonly level: "error" | "warning";
  readonly source: CloudLogSource;
  readonly message: string;
}

/**
 * Reports of the local cloud itself: an `error` wherever a request failed for a reason the caller did not ask
 * for (a function that threw, a permission that is missing, a broken stream), a `warning` for what it cannot
 * simulate. Never holds request headers, keys or bodies.
 */
export class CloudLog {
  static readonly keptEntries = 1000;
  readonly #entries: CloudLogEntry[] = [];
  readonly #onEntry: (entry: CloudLogEntry) => void;

  constructor(onEntry: (entry: CloudLogEntry) => void = () => {}) {
    this.#onEntry = onEntry;
  }

  /** The newest entries. */
  get entries(): readonly CloudLogEntry[] {
    return this.#entries;
  }

  error(source: CloudLogSource, message: string): void {
    this.#add({ level: "error", source, message });
  }

  warning(source: CloudLogSource, message: string): void {
    this.#add({ level: "warning", source, message });
  }

  #add(entry: CloudLogEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > CloudLog.keptEntries) this.#entries.shift();
    this.#onEntry(entry);
  }
}
