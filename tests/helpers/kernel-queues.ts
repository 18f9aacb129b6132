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

const SEND_BUFFER_SETTINGS = "/proc/sys/net/ipv4/tcp_wmem";

/**
 * The most bytes that the kernel takes from a sender ahead of its reader. Measured on Linux 6.18 with a reader who reads
 * nothing: this and a tenth more are on their way then, however much a receiver may have.
 */
export function mostSendBufferBytes(): number {
  // Linux's own setting, where there is no word of it.
  if (!existsSync(SEND_BUFFER_SETTINGS)) return 4 * 1024 * 1024;
  return Number(readFileSync(SEND_BUFFER_SETTINGS, "utf8").trim().split(/\s+/).at(-1));
}
