import { randomBytes, randomUUID } from "node:crypto";
import {
  type IncomingMessage,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from "node:http";
import { contextVariables, type RequestContext } from "./request-context.ts";
import type { ResponseHeaders } from "./response-headers.ts";

/** The reason of `Exchange.signal` when the client closed its connection before the response was whole. */
export const CLIENT_GONE = new Error("the client closed the connection");

/** A status or header of a response that HTTP cannot carry. */
export class InvalidResponseError extends Error {
  override readonly name = "InvalidResponseError";
}

/** One request and its response: the two ends of the connection, the state in between, and what ends it early. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly context: RequestContext;
  readonly #startedAt = performance.now();
  readonly #ending = new AbortController();
  #integrationStartedAt: number | undefined;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    received: Pick<RequestContext, "apiId" | "accountId" | "requestTimeEpoch">,
  ) {
    this.request = request;
    this.response = response;
    this.context = {
      ...received,
      requestId: randomUUID(),
      extendedRequestId: randomBytes(11).toString("base64"),
      httpMethod: request.method ?? "",
      protocol: `HTTP/${request.httpVersion}`,
      domainName: request.headers.host,
      // An IPv4 client of a socket that takes both versions shows as `::ffff:127.0.0.1`.
      sourceIp: String(request.socket.remoteAddress).replace(/^::ffff:(?=\d+\.)/, ""),
      userAgent: request.headers["user-agent"],
      integration: {},
      responseLength: 0,
    };
    response.once("close", () => this.#close());
  }

  /** Aborted with the first reason to end the exchange early: an Error, or CLIENT_GONE. */
  get signal(): AbortSignal {
    return this.#ending.signal;
  }

  /** Ends the exchange early; only the first reason counts. */
  abort(reason: Error): void {
    this.#ending.abort(reason);
  }

  /** The result of the work, unless the exchange ends first; then rejects with the reason. */
  async untilAborted<T>(work: Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    let onAbort = (): void => {};
    const aborted = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(this.signal.reason as Error);
    });
    this.signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([work, aborted]);
    } finally {
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  startIntegration(): void {
    this.#integrationStartedAt = performance.now();
  }

  /** Milliseconds since the integration was called; `undefined` when it was not. */
  integrationLatency(): number | undefined {
    const startedAt = this.#integrationStartedAt;
    return startedAt === undefined ? undefined : Math.round(performance.now() - startedAt);
  }

  /** Whether the client expects no body, whatever the integration sends. */
  isBodiless(statusCode: number): boolean {
    return this.request.method === "HEAD" || statusCode === 204 || statusCode === 304;
  }

  /**
   * Sends status and headers.
   *
   * @throws InvalidResponseError before anything is sent.
   */
  writeHead(statusCode: number, headers: ResponseHeaders): void {
    if (statusCode < 200 || statusCode > 599) {
      throw new InvalidResponseError(`${statusCode} is no status a response can end with`);
    }
    for (const [name, values] of headers) checkHeader(name, values);
    this.context.status = statusCode;
    this.response.setHeader("x-amzn-RequestId", this.context.requestId);
    this.response.setHeader("x-amz-apigw-id", this.context.extendedRequestId);
    for (const [name, values] of headers) {
      this.response.setHeader(name, values.length === 1 ? String(values[0]) : values);
    }
    this.response.writeHead(statusCode);
  }

  /** Sends a whole response. */
  send(statusCode: number, headers: ResponseHeaders, body: Buffer): void {
    if (this.isBodiless(statusCode)) {
      this.writeHead(statusCode, headers);
      this.response.end();
      return;
    }
    this.writeHead(statusCode, [...headers, ["Content-Length", [String(body.length)]]]);
    this.context.responseLength = body.length;
    this.response.end(body);
  }

  #close(): void {
    if (!this.response.writableFinished) this.abort(CLIENT_GONE);
    const { context } = this;
    context.responseLatency = Math.round(performance.now() - this.#startedAt);
    context.integration.latency ??= this.integrationLatency();
    context.stage?.accessLog?.(contextVariables(context));
  }
}

function checkHeader(name: string, values: readonly string[]): void {
  try {
    validateHeaderName(name);
    for (const value of values) validateHeaderValue(name, value);
  } catch {
    throw new InvalidResponseError("a header has a name or value that HTTP cannot carry");
  }
  if (name.toLowerCase() === "content-length" && (values.length !== 1 || !/^\d+$/.test(String(values[0])))) {
    throw new InvalidResponseError("the Content-Length header is no number");
  }
}
