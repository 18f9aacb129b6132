import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Backend } from "./backend.ts";

/** More than the socket buffers of any system take in. */
export const ENDLESS_BYTES = 256 * 1024 * 1024;

/**
 * Has a backend answer the next request without an end, as fast as it may write.
 *
 * @returns How many bytes it has written when it could not go on for half a second: ENDLESS_BYTES when nothing held it.
 */
export async function bytesUntilStalled(backend: Backend): Promise<number> {
  const chunk = Buffer.alloc(64 * 1024);
  const response = await new Promise<ServerResponse>((resolve) => {
    backend.onRequest = (_request, begun) => resolve(begun);
  });
  let written = 0;
  while (written < ENDLESS_BYTES) {
    written += chunk.length;
    if (response.write(chunk)) continue;
    const hasDrained = await Promise.race([once(response, "drain"), sleep(500, false)]);
    if (hasDrained === false) break;
  }
  return written;
}
