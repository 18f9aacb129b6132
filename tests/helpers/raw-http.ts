import { connect, type Socket } from "node:net";
import type { ExecutionContext } from "ava";

/** A response as it came over the wire, byte for byte. */
export interface RawResponse {
  readonly head: string;
  /** Everything after the head, chunked framing included. */
  readonly body: Buffer;
  /** How the connection ended. */
  readonly end: "fin" | "reset";
}

/** Opens a connection and sends a GET. The caller decides when to read. */
export async function openRawGet(
  t: ExecutionContext,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname).pause();
  t.teardown(() => socket.destroy());
  await new Promise((resolve, reject) => socket.once("connect", resolve).once("error", reject));
  const lines = Object.entries({ host: hostname, connection: "close", ...headers });
  socket.write(
    `GET ${pathname} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
  );
  return socket;
}

/** Reads to the end, whatever that is. */
export function readRawResponse(socket: Socket): Promise<RawResponse> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const finish = (end: RawResponse["end"]) => {
      const bytes = Buffer.concat(chunks);
      const headEnd = bytes.indexOf("\r\n\r\n");
      const head = bytes.subarray(0, Math.max(headEnd, 0)).toString("latin1");
      resolve({ head, body: bytes.subarray(headEnd + 4), end });
    };
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("end", () => finish("fin"));
    socket.once("error", () => finish("reset"));
    socket.resume();
  });
}
