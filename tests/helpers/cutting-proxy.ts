import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import type { ExecutionContext } from "ava";

/** A network that loses connections. */
export interface CuttingProxy {
  /** Stands for the origin of `target`. Format: `http://127.0.0.1:{port}`. */
  readonly origin: string;
  /** Connections that were cut so far. */
  readonly cuts: number;
}

/**
 * Passes bytes on to `target` and resets each connection after as many bytes of answers as `nextCut` says.
 *
 * @param nextCut Called once a connection; `undefined`: that one is left alone.
 */
export async function startCuttingProxy(
  t: ExecutionContext,
  target: string,
  nextCut: () => number | undefined,
): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    let left = nextCut() ?? Infinity;
    client.pipe(upstream);
    upstream.on("data", (chunk) => {
      const passed = chunk.subarray(0, Math.min(left, chunk.length));
      left -= passed.length;
      if (left > 0) {
        if (!client.write(passed)) {
          upstream.pause();
          client.once("drain", () => upstream.resume());
        }
        return;
      }
      cuts++;
      // Ended, not reset, after the last byte, so that the client reads what came before the cut.
      client.write(passed, () => client.destroy());
      upstream.destroy();
    });
    upstream.on("end", () => client.end());
    client.on("close", () => upstream.destroy());
    // Not before the client has been sent what it was too slow for.
    upstream.on("close", () => client.destroySoon());
    for (const socket of [client, upstream]) socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => server.close());
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get cuts() {
      return cuts;
    },
  };
}
