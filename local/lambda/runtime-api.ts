import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { listenOnLoopback } from "../host/loopback.ts";
import { EXTENSIONS_API_VERSION, type ExtensionsApi } from "./extensions-api.ts";
import { FunctionError } from "./lambda-service.ts";

/** One event on its way to a runtime. */
export interface Invocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly payload: Buffer;
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** Events of a runtime. */
export interface RuntimeListener {
  /** The runtime is ready for an invocation. */
  polled(): void;
  /** The runtime waits no more: its process is about to end. */
  pollDropped(): void;
  initFailed(error: FunctionError): void;
  invocationFailed(requestId: string, error: FunctionError): void;
  /** Reads the response from the request; its promise settles when all of it has been read. */
  responded(requestId: string, request: IncomingMessage): Promise<void>;
}

const VERSION = "/2018-06-01/runtime";

/** Bytes taken in ahead of the reader, so that backpressure reaches the function soon. */
const SOCKET_BUFFER_BYTES = 64 * 1024;

/**
 * The Runtime API of one environment, over HTTP on loopback: any runtime that speaks it can run here.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  #poll: ServerResponse | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * @param onFault Called with each connection that could not be accepted.
   * @throws NodeJS.ErrnoException when the system has no descriptor left.
   */
  static async listen(onFault?: (fault: string) => void): Promise<RuntimeApi> {
    // Node's default timeouts would cut a function that is silent for a minute, or streams for five.
    const server = createServer({
      highWaterMark: SOCKET_BUFFER_BYTES,
      headersTimeout: 0,
      requestTimeout: 0,
      keepAliveTimeout: 0,
    });
    server.timeout = 0;
    await listenOnLoopback(server, { ...(onFault && { onFault }) });
    return new RuntimeApi(server);
  }

  /** Says who hears the runtime and its extensions; to be called before they are started. */
  attach(listener: RuntimeListener, extensions: ExtensionsApi): void {
    this.#server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      const answered =
        request.url?.startsWith(EXTENSIONS_API_VERSION) === true
          ? extensions.answer(request, response)
          : this.#route(request, response, listener);
      // When a post breaks off, the process has ended; its exit says why.
      answered.catch(() => response.destroy());
    });
  }

  /** Format: `127.0.0.1:9001`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers the runtime's poll. To be called once after each `polled`. */
  send(invocation: Invocation): void {
    this.#poll?.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": invocation.payload.length,
      "Lambda-Runtime-Aws-Request-Id": invocation.requestId,
      "Lambda-Runtime-Deadline-Ms": invocation.deadline,
      "Lambda-Runtime-Invoked-Function-Arn": invocation.functionArn,
      "Lambda-Runtime-Trace-Id": invocation.traceId,
    });
    this.#poll?.end(invocation.payload);
    this.#poll = undefined;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #route(request: IncomingMessage, response: ServerResponse, listener: RuntimeListener): Promise<void> {
    const path = request.url?.startsWith(VERSION) === true ? request.url.slice(VERSION.length) : "";
    const [, requestId, action] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === "/invocation/next") {
      this.#park(response, listener);
    } else if (path === "/init/error") {
      listener.initFailed(await readError(request));
      accept(response);
    } else if (requestId !== undefined && action === "error") {
      listener.invocationFailed(requestId, await readError(request));
      accept(response);
    } else if (requestId !== undefined) {
      await listener.responded(requestId, request);
      accept(response);
    } else {
      response.writeHead(404).end();
    }
  }

  #park(response: ServerResponse, listener: RuntimeListener): void {
    this.#poll = response;
    response.once("close", () => {
      if (!response.writableFinished) listener.pollDropped();
    });
    listener.polled();
  }
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { "Content-Type": "application/json" }).end('{"status":"OK"}');
}

async function readError(request: IncomingMessage): Promise<FunctionError> {
  return parseError(await buffer(request));
}

/** Reads an error as runtimes write it: JSON with `errorType` and `errorMessage`. */
export function parseError(json: Buffer): FunctionError {
  try {
    const { errorType, errorMessage } = JSON.parse(json.toString()) as Record<string, unknown>;
    return new FunctionError(String(errorType), String(errorMessage));
  } catch {
    return new FunctionError("Unhandled", "The runtime reported an error that is not JSON.");
  }
}
