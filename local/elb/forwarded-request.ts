import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Readable, Writable } from "node:stream";
import { type ErrorPageStatus, sendErrorPage } from "./error-page.ts";
import { requestHeadersFor, responseHeadersOf } from "./forwarded-headers.ts";
import type { ListenerDefinition } from "./load-balancer-definition.ts";
import type { MonitoredTarget } from "./registered-target.ts";

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_RESPONSE_HEADER_BYTES = 32 * 1024;

/** Settings of a forwarded request, from the load balancer. */
export interface ForwardSettings {
  readonly listener: ListenerDefinition;
  readonly dropsInvalidHeaders: boolean;
  readonly idleMilliseconds: number;
  /** Told of what the client sees as an error of the load balancer, or as a connection cut in mid-response. */
  readonly onFault: (fault: string) => void;
  /** Told of each response's headers. */
  readonly onResponse: (response: IncomingMessage) => void;
}

/**
 * One request on its way to a target and back, byte for byte as it comes. When the target fails before its headers are
 * whole the client gets a page of the load balancer's, afterwards the connection is cut. A client that leaves takes
 * the connection to the target with it.
 */
export class ForwardedRequest {
  readonly #client: { readonly request: IncomingMessage; readonly response: ServerResponse };
  readonly #settings: ForwardSettings;
  readonly #idle: NodeJS.Timeout;
  readonly #toTarget: http.ClientRequest;

  constructor(
    client: { readonly request: IncomingMessage; readonly response: ServerResponse },
    target: MonitoredTarget,
    settings: ForwardSettings,
  ) {
    this.#client = client;
    this.#settings = settings;
    const { request, response } = client;
    const { listener, dropsInvalidHeaders, idleMilliseconds } = settings;
    this.#idle = setTimeout(() => {
      this.#fail(504, `no byte for ${idleMilliseconds} ms`);
    }, idleMilliseconds);
    const done = target.open({ cut: () => this.#fail(502, "the deregistration delay is over") });
    this.#toTarget = http.request({
      host: target.address.host,
      port: target.address.port,
      agent: target.agent,
      method: request.method,
      path: request.url,
      headers: requestHeadersFor(request, listener, dropsInvalidHeaders),
      maxHeaderSize: MAX_RESPONSE_HEADER_BYTES,
    });
    // Node.js would drop headers from the 1,000th on; their size is limited above.
    this.#toTarget.maxHeadersCount = 0;
    response.once("close", () => {
      clearTimeout(this.#idle);
      // The rest of an upload that was answered before its end stands in the way of the connection's next request.
      request.unpipe(this.#toTarget).resume();
      this.#toTarget.destroy();
      done();
    });
    response.on("error", () => {
      // What is written when the client has just left; its leaving is dealt with above.
    });
    this.#toTarget.once("response", (fromTarget) => this.#passOn(fromTarget));
    this.#toTarget.on("error", ({ message, code = message }: NodeJS.ErrnoException) => {
      // Only the rest of an upload, whose answer is whole.
      if (response.writableEnded) return;
      this.#fail(502, `the connection to the target failed: ${code}`);
    });
    this.#pass(request, this.#toTarget);
  }

  #passOn(fromTarget: IncomingMessage): void {
    const { response } = this.#client;
    fromTarget.once("error", ({ message, code = message }: NodeJS.ErrnoException) => {
      this.#fail(502, `the target broke off: ${code}`);
    });
    this.#settings.onResponse(fromTarget);
    try {
      const { statusCode, statusMessage } = fromTarget;
      response.writeHead(Number(statusCode), String(statusMessage), responseHeadersOf(fromTarget));
    } catch (error) {
      this.#fail(502, `the target's response cannot be passed on: ${(error as Error).message}`);
      return;
    }
    response.flushHeaders();
    this.#pass(fromTarget, response);
  }

  /** Any byte in either direction keeps the connections open. */
  #pass(from: Readable, to: Writable): void {
    from.on("data", () => this.#idle.refresh());
    to.on("drain", () => this.#idle.refresh());
    // Not a pipeline, which would close the client's connection when the target's fails.
    from.pipe(to);
  }

  #fail(statusCode: ErrorPageStatus, fault: string): void {
    const { response } = this.#client;
    if (response.destroyed) return;
    this.#settings.onFault(fault);
    this.#toTarget.destroy();
    if (response.headersSent) response.destroy();
    else sendErrorPage(response, statusCode);
  }
}
