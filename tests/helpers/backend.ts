import type { ExecutionContext } from "ava";
import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { PrivateHop, VpcLinkService } from "../../local/gateway/vpc-link-service.ts";

/** A request as it came in, body included. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Lower-case names; several values of one name are a list. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly message: IncomingMessage;
}

/** An HTTP server in the test's own process: the test is the service behind the gateway or the load balancer. */
export class Backend implements VpcLinkService {
  readonly server: http.Server;
  /** All but health checks. */
  readonly requests: SeenRequest[] = [];
  readonly healthChecks: SeenRequest[] = [];
  /** The hops the gateway asked for. */
  readonly hops: PrivateHop[] = [];
  onRequest: (request: SeenRequest, response: ServerResponse) => unknown = (_request, response) => {
    response.end("answered");
  };

  /** Answers a load balancer's health checks. */
  onHealthCheck: (response: ServerResponse) => unknown = (response) => response.end();

  private constructor(server: http.Server) {
    this.server = server;
    server.on("request", (message, response) => void this.#answer(message, response));
  }

  static async start(t: ExecutionContext, options: http.ServerOptions = {}): Promise<Backend> {
    const server = http.createServer(options).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.teardown(() => {
      server.close();
      server.closeAllConnections();
    });
    return new Backend(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The last request. */
  get request(): SeenRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error("no request came in");
    return request;
  }

  connect(hop: PrivateHop): { host: string; port: number } {
    this.hops.push(hop);
    return { host: "127.0.0.1", port: this.port };
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(message).catch(() => undefined);
    // The caller left in the middle of it.
    if (body === undefined) return;
    const { method = "", url = "", headers } = message;
    const request = { method, path: url, headers, body, message };
    const isHealthCheck = headers["user-agent"]?.startsWith("ELB-HealthChecker/") === true;
    (isHealthCheck ? this.healthChecks : this.requests).push(request);
    await (isHealthCheck ? this.onHealthCheck(response) : this.onRequest(request, response));
  }
}
