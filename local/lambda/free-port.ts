import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";

/**
 * A loopback port that nothing listens on, for a process that has to be told its port. For the next minute the system
 * gives it to nobody by itself: a connection to it that has just ended keeps it reserved for who asks for that number.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect(port, "127.0.0.1").resume();
  const [accepted] = (await once(server, "connection")) as [Socket];
  // The side that ends first is the one that TCP makes remember the connection: TIME_WAIT, RFC 9293, section 3.6.1.
  accepted.resume().end();
  await Promise.all([once(accepted, "close"), once(client, "close")]);
  server.close();
  await once(server, "close");
  return port;
}
