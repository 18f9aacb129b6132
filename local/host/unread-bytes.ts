import { readFile } from "node:fs/promises";
import type { Socket } from "node:net";

const TABLE = "/proc/net/tcp";

/**
 * Bytes of a connection on loopback that wait in the kernel: sent by this side and not yet read by the other, as far as both
 * ends are in Linux's table of connections. Node.js itself hears of a slow reader only once a third of the kernel's
 * megabytes are free again, which can take minutes.
 *
 * @returns `undefined` where there is no such table, or the socket is not in it.
 */
export async function unreadBytes({ localPort, remotePort }: Socket): Promise<number | undefined> {
  const table = await readFile(TABLE, "utf8").catch(() => "");
  const sent = queuesOf(table, localPort, remotePort)?.sent;
  if (sent === undefined) return undefined;
  return sent + (queuesOf(table, remotePort, localPort)?.received ?? 0);
}

/** Format of a row: `0: 0100007F:2263 0100007F:A3E8 01 {sent}:{received} ...`, all in hexadecimal. */
function queuesOf(table: string, from = 0, to = 0): { sent: number; received: number } | undefined {
  const ends = `:${hexadecimal(from)} 0100007F:${hexadecimal(to)} `;
  const row = table.split("\n").find((line) => line.includes(ends));
  const [sent, received] = row?.trim().split(/\s+/)[4]?.split(":") ?? [];
  if (sent === undefined || received === undefined) return undefined;
  return { sent: parseInt(sent, 16), received: parseInt(received, 16) };
}

function hexadecimal(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, "0");
}
