import { arch, availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

/** Where figures come from; without it they say nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** How many processes wanted to run during the minute before; figures taken above 1 are suspect. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${type()} ${release()} ${arch()}`,
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  };
}
