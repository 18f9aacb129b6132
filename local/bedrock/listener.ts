import { createServer as createHttp1Server, type IncomingMessage } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest } from "node:http2";
import type { SignedRequest } from "../iam/canonical-request.ts";
import { createServer, type Socket } from "node:net";
import { listenOnLoopback, readEveryHeader } from "../host/loopback.ts";
import { Answer } from "./answer.ts";

/** A request whose body has been read. */
export interface ReceivedRequest extends SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly body: Buffer;
}

/** A port on loopback that takes HTTP/1.1 and HTTP/2. */
export interface Listener {
  /** Format: `http://127.0.0.1:{port}`. */
  readonly endpoint: string;
  /** Breaks off every connection. */
  close(): Promise<void>;
}

/**
 * Listens for both versions of HTTP in cleartext on one port: a client of HTTP/2 that has no TLS to agree on it begins
 * with a preface (`PRI * HTTP/2.0`), which no request of HTTP/1.1 does. The SDK for JavaScript is such a client.
 *
 * @param receive Takes a request once its body is whole. A request whose client leaves earlier is never heard of.
 * @param onFault Called with each connection that could not be accepted.
 */
export async function listen(
  receive: (request: ReceivedRequest, answer: Answer) => void,
  onFault: (fault: string) => void,
): Promise<Listener> {
  const sockets = new Map<number, Socket>();
  const onRequest = async (message: IncomingMessage | Http2ServerRequest, answer: Answer) => {
    const body = await readBody(message);
    if (body !== undefined) receive(asReceived(message, body), answer);
  };
  // HTTP/2 hides its socket, so the answer gets the one it arrived on.
  const socketOf = (message: IncomingMessage | Http2ServerRequest) =>
    sockets.get(message.socket.remotePort ?? 0) as Socket;
  // A client that keeps its connection must not meet a server about to close it.
  const http1 = createHttp1Server({ keepAliveTimeout: 60_000 }, (request, response) => {
    void onRequest(request, new Answer(response, socketOf(request)));
  });
  readEveryHeader(http1);
  const http2 = createHttp2Server((request, response) => {
    void onRequest(request, new Answer(response, socketOf(request)));
  });

  // A token is a small frame, which must not wait to be sent with the next.
  const server = createServer({ noDelay: true }, (socket) => {
    const port = socket.remotePort ?? 0;
    sockets.set(port, socket);
    socket.once("close", () => sockets.delete(port));
    // Whoever takes the socket over listens as well; before that there is nobody to tell.
    socket.on("error", () => {});
    socket.once("readable", () => {
      const start = socket.read() as Buffer | null;
      if (start === null) return;
      socket.unshift(start);
      const isHttp2 = start.subarray(0, 3).toString("latin1") === "PRI";
      (isHttp2 ? http2 : http1).emit("connection", socket);
    });
  });
  const port = await listenOnLoopback(server, { onFault });
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets.values()) socket.destroy();
      await closed;
    },
  };
}

/** @returns `undefined` when the client left before the end. */
async function readBody(message: IncomingMessage | Http2ServerRequest): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of message) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return message.complete ? Buffer.concat(chunks) : undefined;
}

function asReceived(message: IncomingMessage | Http2ServerRequest, body: Buffer): ReceivedRequest {
  const headersDistinct: Record<string, string[]> = {};
  for (let index = 0; index < message.rawHeaders.length; index += 2) {
    const [name = "", value = ""] = message.rawHeaders.slice(index, index + 2);
    (headersDistinct[name.toLowerCase()] ??= []).push(value);
  }
  return { method: message.method ?? "", url: message.url ?? "", headersDistinct, body };
}
