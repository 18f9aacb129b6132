import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ExecutionContext } from "ava";

export interface Gate {
  /** A function that asks here waits until the test lets it through. */
  readonly url: string;
  /** Resolves with the path a function asked for. */
  readonly reached: () => Promise<string>;
  /** Answers one request: the one that waits longest, or else the next to come. */
  readonly letThrough: () => void;
}

/** An HTTP server by which a test steps a function. */
export async function openGate(t: ExecutionContext): Promise<Gate> {
  const waiting: ServerResponse[] = [];
  const paths: string[] = [];
  let passes = 0;
  const server = createServer((request, response) => {
    paths.push(request.url ?? "");
    server.emit("reached");
    if (passes > 0) {
      passes -= 1;
      response.end();
    } else {
      waiting.push(response);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: async () => {
      while (paths.length === 0) await once(server, "reached");
      return paths.shift() ?? "";
    },
    letThrough: () => {
      const response = waiting.shift();
      if (response === undefined) passes += 1;
      else response.end();
    },
  };
}
