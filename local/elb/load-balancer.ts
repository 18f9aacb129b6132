import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { CloudLog } from "../logs/cloud-log.ts";
import { listenOnLoopback } from "../host/loopback.ts";
import type { SecurityGroups } from "../vpc/security-groups.ts";
import { sendErrorPage } from "./error-page.ts";
import { ForwardedRequest } from "./forwarded-request.ts";
import type { ListenerDefinition, LoadBalancerDefinition } from "./load-balancer-definition.ts";
import { TargetGroup } from "./target-group.ts";
import type { Target } from "./target-registry.ts";

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html */
const MAX_REQUEST_HEADER_BYTES = 64 * 1024;

/** Address of a load balancer's listener on this machine. */
export interface LoopbackAddress {
  readonly host: string;
  readonly port: number;
}

/** Inputs of a load balancer. */
export interface LoadBalancerOptions {
  readonly definition: LoadBalancerDefinition;
  readonly securityGroups: SecurityGroups;
  readonly log: CloudLog;
  /** Multiplies every time of the definition. */
  readonly timeScale: number;
}

/** A load balancer that listens on loopback, on a port of its own for each listener. TLS is not spoken here. */
export class LoadBalancer {
  readonly definition: LoadBalancerDefinition;
  readonly targetGroup: TargetGroup;
  readonly #options: LoadBalancerOptions;
  readonly #servers = new Map<number, http.Server>();
  /** Faults of configuration that were reported: each would otherwise be repeated with every request. */
  readonly #reported = new Set<string>();
  #isClosing = false;

  private constructor(options: LoadBalancerOptions) {
    const { definition, securityGroups, timeScale } = options;
    this.#options = options;
    this.definition = definition;
    const from = { kind: "groups", securityGroupIds: definition.securityGroupIds } as const;
    this.targetGroup = new TargetGroup({
      definition: definition.targetGroup,
      idleMilliseconds: this.#idleMilliseconds,
      timeScale,
      refusal: ({ securityGroupIds }: Target) => {
        return securityGroups.refusal(
          from,
          { kind: "groups", securityGroupIds },
          definition.targetGroup.port,
        );
      },
      onRefusal: (refusal) => this.#reportOnce("error", `it cannot reach its targets: ${refusal}`),
    });
  }

  static async start(options: LoadBalancerOptions): Promise<LoadBalancer> {
    const loadBalancer = new LoadBalancer(options);
    for (const listener of options.definition.listeners) await loadBalancer.#listen(listener);
    return loadBalancer;
  }

  /** Address of the listener of this port; `undefined` when there is none. */
  addressOf(port: number): LoopbackAddress | undefined {
    const address = this.#servers.get(port)?.address() as AddressInfo | undefined;
    return address && { host: address.address, port: address.port };
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const servers = [...this.#servers.values()].map((server) => {
      return new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    });
    await Promise.all(servers);
    this.targetGroup.close();
  }

  get #idleMilliseconds(): number {
    return this.#options.definition.idleTimeoutSeconds * 1000 * this.#options.timeScale;
  }

  async #listen(listener: ListenerDefinition): Promise<void> {
    const server = http.createServer({
      maxHeaderSize: MAX_REQUEST_HEADER_BYTES,
      keepAliveTimeout: this.#idleMilliseconds,
      // A request may take as long as its bytes keep coming.
      requestTimeout: 0,
    });
    server.on("request", (request, response) => this.#answer(listener, request, response));
    await listenOnLoopback(server, { onFault: (fault) => this.#reportFault(fault) });
    this.#servers.set(listener.port, server);
  }

  #answer(listener: ListenerDefinition, request: IncomingMessage, response: ServerResponse): void {
    const target = this.targetGroup.choose();
    if (target === undefined) {
      this.#reportFault("no target is registered");
      sendErrorPage(response, 503);
      return;
    }
    if (this.targetGroup.refusal(target.address) !== undefined) {
      // On AWS this is known only when the attempt to connect has taken too long.
      sendErrorPage(response, 504);
      return;
    }
    new ForwardedRequest({ request, response }, target, {
      listener,
      dropsInvalidHeaders: this.definition.dropsInvalidHeaders,
      idleMilliseconds: this.#idleMilliseconds,
      onFault: (fault) => this.#reportFault(fault),
      onResponse: (fromTarget) => this.#checkKeepAlive(fromTarget),
    });
  }

  /** A target that closes idle connections first makes AWS's load balancer answer 502 now and then; here that would hardly show. */
  #checkKeepAlive({ headers }: IncomingMessage): void {
    const seconds = /timeout=(\d+)/.exec(String(headers["keep-alive"]))?.[1];
    const { idleTimeoutSeconds } = this.definition;
    if (seconds === undefined || Number(seconds) > idleTimeoutSeconds) return;
    this.#reportOnce(
      "warning",
      `a target closes idle connections after ${seconds} s, before the load balancer's ${idleTimeoutSeconds} s: on AWS requests fail with 502`,
    );
  }

  #reportFault(fault: string): void {
    if (this.#isClosing) return;
    this.#options.log.error("elb", `${this.definition.name}: ${fault}`);
  }

  #reportOnce(level: "error" | "warning", fault: string): void {
    if (this.#reported.has(fault)) return;
    this.#reported.add(fault);
    this.#options.log[level]("elb", `${this.definition.name}: ${fault}`);
  }
}
