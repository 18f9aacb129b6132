import { readdirSync, readFileSync } from "node:fs";

/** Linux counts processor time in these, whatever the machine. Source: proc(5), `sysconf(_SC_CLK_TCK)`. */
const MILLISECONDS_PER_TICK = 10;
const PAGE_BYTES = 4096;

/** Processor time used so far and memory held now, by a process and all below it. */
export interface ProcessUsage {
  readonly processorMilliseconds: number;
  readonly residentBytes: number;
}

/** Reads Linux's `/proc`. A process that has ended counts for nothing. */
export function usageOfTree(pid: number): ProcessUsage {
  const children = new Map<number, number[]>();
  const usages = new Map<number, ProcessUsage>();
  for (const folder of readdirSync("/proc")) {
    const stat = /^\d+$/.test(folder) ? readStat(Number(folder)) : undefined;
    if (stat === undefined) continue;
    usages.set(stat.pid, stat);
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), stat.pid]);
  }
  const tree = [pid];
  for (const member of tree) tree.push(...(children.get(member) ?? []));
  const used = tree.map((member) => usages.get(member) ?? { processorMilliseconds: 0, residentBytes: 0 });
  return {
    processorMilliseconds: used.reduce((sum, { processorMilliseconds }) => sum + processorMilliseconds, 0),
    residentBytes: used.reduce((sum, { residentBytes }) => sum + residentBytes, 0),
  };
}

function readStat(
  pid: number,
): (ProcessUsage & { readonly pid: number; readonly parent: number }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      pid,
      parent: Number(fields[1]),
      processorMilliseconds: (Number(fields[11]) + Number(fields[12])) * MILLISECONDS_PER_TICK,
      residentBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    return undefined;
  }
}
