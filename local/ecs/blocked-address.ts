import { once } from "node:events";
import { type Server, createServer } from "node:net";
import { listenOnLoopback } from "../host/loopback.ts";

/**
 * An address that lets nothing through. On AWS a connection to a service without a way there hangs until the caller gives up;
 * here it ends at once, and the reason is told once.
 */
export class BlockedAddress {
  readonly #server: Server;

  constructor(onFirstConnection: () => void) {
    this.#server = createServer((socket) => socket.destroy());
    this.#server.once("connection", onFirstConnection);
  }

  /** @returns The URL. */
  async listen(): Promise<string> {
    return `http://127.0.0.1:${await listenOnLoopback(this.#server)}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    await once(this.#server, "close");
  }
}
