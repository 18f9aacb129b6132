import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { type HealthState, afterCheck } from "./health-check.ts";
import type { HealthCheckDefinition } from "./target-group-definition.ts";
import type { RegisteredTarget, Target, TargetHealth } from "./target-registry.ts";

/** Settings of a target, from its group. */
export interface TargetSettings {
  readonly healthCheck: HealthCheckDefinition;
  /** Asks the target once. */
  readonly check: (target: Target) => Promise<boolean>;
  readonly intervalMilliseconds: number;
  /** Grace period in which a target may fail its first checks without being unhealthy. */
  readonly startingMilliseconds: number;
  readonly deregistrationDelayMilliseconds: number;
  /** After how long without use a connection to the target is closed. */
  readonly idleMilliseconds: number;
  /** Called once, when the target is unused. */
  readonly onUnused: (target: MonitoredTarget) => void;
}

/** A request that a target is working on. */
export interface OpenRequest {
  /** Ends it, because the target's time is over. */
  cut(): void;
}

/**
 * A starting target is asked again after this long, and not only after the health check's interval as on AWS: else it
 * would take an interval until a local cloud is ready. It has as long as on AWS until it counts as unhealthy.
 */
const STARTING_INTERVAL_MILLISECONDS = 50;

/** A target whose health is watched, from registration until it is unused. */
export class MonitoredTarget implements RegisteredTarget {
  readonly address: Target;
  /** Connections to the target. */
  readonly agent: http.Agent;
  readonly #settings: TargetSettings;
  readonly #listeners: ((health: TargetHealth) => void)[] = [];
  readonly #open = new Set<OpenRequest>();
  readonly #monitoring = new AbortController();
  #health: TargetHealth = "initial";
  #deregistered: Promise<void> | undefined;
  #onIdle = (): void => {};

  constructor(address: Target, settings: TargetSettings) {
    this.address = address;
    this.#settings = settings;
    this.agent = new http.Agent({ keepAlive: true, timeout: settings.idleMilliseconds });
    void this.#monitor();
  }

  get health(): TargetHealth {
    return this.#health;
  }

  get openRequests(): number {
    return this.#open.size;
  }

  onHealthChange(listener: (health: TargetHealth) => void): void {
    this.#listeners.push(listener);
  }

  /** Counts a request until the returned function is called. */
  open(request: OpenRequest): () => void {
    this.#open.add(request);
    return () => {
      this.#open.delete(request);
      if (this.#open.size === 0) this.#onIdle();
    };
  }

  deregister(): Promise<void> {
    this.#deregistered ??= this.#drain();
    return this.#deregistered;
  }

  /** Ends everything at once. */
  close(): void {
    this.#monitoring.abort();
    for (const request of this.#open) request.cut();
    this.agent.destroy();
    this.#become("unused");
  }

  async #drain(): Promise<void> {
    this.#monitoring.abort();
    this.#become("draining");
    const { deregistrationDelayMilliseconds, onUnused } = this.#settings;
    await new Promise<void>((resolve) => {
      if (this.#open.size === 0) return resolve();
      const delay = setTimeout(resolve, deregistrationDelayMilliseconds);
      this.#onIdle = () => {
        clearTimeout(delay);
        resolve();
      };
    });
    onUnused(this);
    this.close();
  }

  async #monitor(): Promise<void> {
    const { healthCheck, check, intervalMilliseconds, startingMilliseconds } = this.#settings;
    const { signal } = this.#monitoring;
    const startsUntil = performance.now() + startingMilliseconds;
    let state: HealthState | undefined;
    for (;;) {
      const passed = await check(this.address);
      if (signal.aborted) return;
      const isStarting = state === undefined && !passed && performance.now() < startsUntil;
      if (!isStarting) {
        // One check decides what a new target is, several in a row change it.
        state =
          state === undefined
            ? { health: passed ? "healthy" : "unhealthy", contradictions: 0 }
            : afterCheck(state, passed, healthCheck);
        this.#become(state.health);
      }
      const pause = isStarting
        ? Math.min(STARTING_INTERVAL_MILLISECONDS, intervalMilliseconds)
        : intervalMilliseconds;
      try {
        await sleep(pause, undefined, { signal });
      } catch {
        return;
      }
    }
  }

  #become(health: TargetHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    for (const listener of this.#listeners) listener(health);
  }
}
