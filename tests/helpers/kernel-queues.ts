import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * Bytes that wait in the kernel's socket buffers of these processes: sent and not yet received, or received and not
 * yet read. On loopback Linux lets several megabytes wait for each connection, which no process holds and none can
 * limit from Node.js. Linux only.
 */
export function kernelQueuedBytes(pids: readonly number[]): number {
  const inodes = new Set(pids.flatMap(socketInodes));
  const [, ...rows] = readFileSync("/proc/net/tcp", "utf8").trim().split("\n");
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((fields) => inodes.has(fields[9] ?? ""))
    .flatMap((fields) => (fields[4] ?? "").split(":").map((queue) => parseInt(queue, 16)))
    .reduce((sum, queue) => sum + queue, 0);
}

function socketInodes(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((descriptor) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  });
}

/** The most bytes that the kernel keeps for one connection on loopback, at both of its ends. 0 where it does not say. */
export function mostQueuedBytes(): number {
  return ["tcp_rmem", "tcp_wmem"]
    .map((name) => `/proc/sys/net/ipv4/${name}`)
    .filter((path) => existsSync(path))
    .map((path) => Number(readFileSync(path, "utf8").trim().split(/\s+/).at(-1)))
    .reduce((sum, most) => sum + most, 0);
}
