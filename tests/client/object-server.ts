import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What goes wrong with one response. */
export type Fault =
  /** The connection is cut after so many bytes of the body. */
  | { readonly cutAfter: number }
  /** Nothing comes after so many bytes of the body. */
  | { readonly stallAfter: number }
  /** An error answer. */
  | { readonly status: number; readonly code?: string; readonly retryAfter?: string }
  /** A `Content-Range` that is not the one that was asked for. */
  | { readonly contentRange: string }
  /** The whole object, whatever part was asked for. */
  | "ignore-range";

/** An origin for one object that can be told to fail. It knows nothing of the client's code. */
export interface ObjectServer {
  /** URL of the route. */
  readonly url: string;
  readonly content: Buffer;
  /** Every request, in order: method and `Range`. */
  readonly requests: { readonly method: string; readonly range: string | undefined }[];
  /** After the first GET, none is answered until so many are open, or all there are. */
  answersTogether: number;
  /** Most GET requests that were open at the same time. */
  mostOpen: number;
  /** Decides on the fault of each GET, by its number, from 0. */
  faultOf: (request: number, range: string | undefined) => Fault | undefined;
  replace(content: Buffer): void;
  /** Sent as `Repr-Digest` in answer to HEAD. */
  digest: string | undefined;
  /** Sent with every answer that has the object. */
  readonly extraHeaders: Record<string, string>;
}

/** Lends a server for as long as `use` runs. */
export async function withObject<T>(content: Buffer, use: (server: ObjectServer) => Promise<T>): Promise<T> {
  let gets = 0;
  let open = 0;
  const held: (() => void)[] = [];
  const state = { content, etag: etagOf(content) };
  const http = createServer((request, response) => {
    const { range } = request.headers;
    server.requests.push({ method: request.method ?? "", range });
    const fault = request.method === "GET" ? server.faultOf(gets++, range) : undefined;
    if (request.method === "GET") {
      open += 1;
      server.mostOpen = Math.max(server.mostOpen, open);
      response.on("close", () => (open -= 1));
      if (gets > 1) {
        held.push(() => respond(request, response, fault));
        if (open < server.answersTogether) return;
        server.answersTogether = 1;
        for (const release of held.splice(0)) release();
        return;
      }
    }
    respond(request, response, fault);
  });

  const respond = (request: IncomingMessage, response: ServerResponse, fault: Fault | undefined): void => {
    if (fault !== undefined && fault !== "ignore-range" && "status" in fault) {
      response.writeHead(fault.status, {
        "content-type": "application/json",
        ...(fault.retryAfter !== undefined && { "retry-after": fault.retryAfter }),
      });
      response.end(JSON.stringify({ error: { code: fault.code ?? "slow_down", message: "Not now." } }));
      return;
    }
    const { "if-match": ifMatch, range } = request.headers;
    if (ifMatch !== undefined && ifMatch !== state.etag) {
      response.writeHead(412, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { code: "precondition_failed", message: "It has changed." } }));
      return;
    }
    const size = state.content.length;
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? "") ?? [];
    const isPart = from !== undefined && fault !== "ignore-range";
    const first = isPart ? Number(from) : 0;
    const last = isPart && to !== undefined && to !== "" ? Math.min(Number(to), size - 1) : size - 1;
    if (isPart && first >= size) {
      response.writeHead(416, { "content-range": `bytes */${size}` }).end();
      return;
    }
    const contentRange =
      fault !== undefined && fault !== "ignore-range" && "contentRange" in fault
        ? fault.contentRange
        : `bytes ${first}-${last}/${size}`;
    response.writeHead(isPart ? 206 : 200, {
      etag: state.etag,
      "content-length": String(last - first + 1),
      "content-disposition": `attachment; filename="file.bin"`,
      ...(isPart && { "content-range": contentRange }),
      ...(request.method === "HEAD" &&
        server.digest !== undefined && { "repr-digest": `sha-256=:${server.digest}:` }),
      ...server.extraHeaders,
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const body = state.content.subarray(first, last + 1);
    if (fault !== undefined && fault !== "ignore-range" && "cutAfter" in fault) {
      response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
    } else if (fault !== undefined && fault !== "ignore-range" && "stallAfter" in fault) {
      response.write(body.subarray(0, fault.stallAfter));
    } else {
      response.end(body);
    }
  };

  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  const server: ObjectServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/download`,
    content,
    requests: [],
    mostOpen: 0,
    answersTogether: 1,
    faultOf: () => undefined,
    replace(replacement) {
      state.content = replacement;
      state.etag = etagOf(replacement);
    },
    digest: sha256(content),
    extraHeaders: {},
  };
  try {
    return await use(server);
  } finally {
    http.close();
    http.closeAllConnections();
  }
}

/** In base64. */
export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

function etagOf(content: Buffer): string {
  return `"${createHash("md5").update(content).digest("hex")}"`;
}
