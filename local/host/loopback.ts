import { once } from "node:events";
import { Server as HttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Address of a server, and the listener for connections it could not accept. */
export interface LoopbackOptions {
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Called with each connection lost to a lack of descriptors or memory; its client sees it closed. Default: nobody. */
  readonly onFault?: (fault: string) => void;
}

/**
 * Opens a server on 127.0.0.1. Its errors have an owner from here on: the one that keeps it from listening is thrown,
 * later ones are reported.
 *
 * @returns The port.
 * @throws NodeJS.ErrnoException when the port is taken or the system has no descriptor left.
 */
export async function listenOnLoopback(server: Server, options: LoopbackOptions = {}): Promise<number> {
  const { port = 0, onFault = () => {} } = options;
  if (server instanceof HttpServer) readEveryHeader(server as HttpServer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      server.on("error", ({ message, code = message }: NodeJS.ErrnoException) => {
        onFault(`a connection could not be accepted: ${code}`);
      });
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Node.js silently drops a request's headers from the 1,000th on. Their size stays limited by `maxHeaderSize`. */
export function readEveryHeader(server: HttpServer): void {
  server.maxHeadersCount = 0;
}

/**
 * A loopback port that nothing listens on, for a process that has to be told its port. For the next minute the system
 * gives it to nobody by itself: a connection to it that has just ended keeps it reserved for who asks for that number.
 *
 * @throws NodeJS.ErrnoException when the system has no descriptor left.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  const client = connect(port, "127.0.0.1").resume();
  try {
    const accepted = await firstConnection(server, client);
    const closed = Promise.all([once(accepted, "close"), once(client, "close")]);
    // The side that ends first is the one that TCP makes remember the connection: TIME_WAIT, RFC 9293, section 3.6.1.
    accepted.resume().end();
    await closed;
  } finally {
    server.close();
  }
  await once(server, "close");
  return port;
}

/** @throws NodeJS.ErrnoException when the client is not accepted. */
async function firstConnection(server: Server, client: Socket): Promise<Socket> {
  return await new Promise((resolve, reject) => {
    server.once("connection", resolve);
    client.on("error", reject);
    client.once("close", () => reject(new Error("the connection was not accepted")));
  });
}
