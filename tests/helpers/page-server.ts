import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { ExecutionContext } from "ava";
import { projectFolder } from "./recorded-program.ts";

/** Where the page's files are. */
export const publicFolder = join(projectFolder, "app", "public");

/** A request of the page's, and the test's side of its answer. */
export interface PageRequest {
  readonly method: string;
  /** Still percent-encoded, below the stage. */
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves once the answer is over, whoever ended it. */
  readonly closed: Promise<void>;
  respond(status: number, headers?: Readonly<Record<string, string>>): void;
  send(chunk: string | Uint8Array): void;
  end(chunk?: string | Uint8Array): void;
  /** Breaks the connection off. */
  cut(): void;
}

/** The page under a stage, as API Gateway serves it, with an API behind it that the test answers for. */
export interface PageServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Resolves with the next request to the API. */
  next(): Promise<PageRequest>;
  /** How many requests no test has looked at. */
  readonly waiting: number;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Starts it for one test. */
export async function startPageServer(t: ExecutionContext): Promise<PageServer> {
  const requests: PageRequest[] = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    const path = pathname.replace(/^\/dev\/?/, "");
    if (!/^\/dev(\/|$)/.test(pathname)) {
      response.writeHead(403, { "content-type": "application/json" }).end('{"message":"Forbidden"}');
    } else if (request.method === "GET" && (path === "" || path.startsWith("assets/"))) {
      serveFile(path === "" ? "index.html" : path, response);
    } else {
      const whole = await pageRequest(path, request, response).catch(() => undefined);
      // The page left in the middle of it.
      if (whole === undefined) return;
      requests.push(whole);
      server.emit("page-request");
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
    async next() {
      for (;;) {
        const request = requests.shift();
        if (request !== undefined) return request;
        await once(server, "page-request");
      }
    },
    get waiting() {
      return requests.length;
    },
  };
}

function serveFile(path: string, response: ServerResponse): void {
  const file = join(publicFolder, path);
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, {
    "content-type": contentTypes[extname(path)] ?? "",
    "content-security-policy": securityPolicy(),
    "x-content-type-options": "nosniff",
  });
  response.end(readFileSync(file));
}

/** What the container serves the page with. */
function securityPolicy(): string {
  const html = readFileSync(join(publicFolder, "index.html"), "utf8");
  const [, script = ""] = /<script>([^]*?)<\/script>/.exec(html) ?? [];
  const hash = createHash("sha256").update(script).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

async function pageRequest(
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<PageRequest> {
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  return {
    method: request.method ?? "",
    path,
    headers: request.headers,
    body: (await buffer(request)).toString(),
    closed,
    respond: (status, headers = {}) => void response.writeHead(status, headers).flushHeaders(),
    send: (chunk) => void response.write(chunk),
    end: (chunk) => void response.end(chunk),
    cut: () => response.destroy(),
  };
}
