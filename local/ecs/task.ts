import { randomBytes } from "node:crypto";
import type { RegisteredTarget, TargetRegistry } from "../elb/target-registry.ts";
import { Container, type ContainerOptions } from "./container.ts";
import { type HealthTimeScale, watchHealth } from "./health-watch.ts";
import type { ServiceDefinition } from "./service-definition.ts";
import type { TaskAddresses } from "./task-endpoint.ts";

/**
 * Order of deregistration and stop signal when a task is stopped. AWS's own page has ECS wait until the load balancer has let go of the target before
 * SIGTERM is sent; others read as if both happened at once. A container has to be right in both.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
 */
export type StopOrder = "deregisterFirst" | "signalFirst";

/** Settings that the tasks of a service share. */
export interface TaskContext extends Pick<ContainerOptions, "image" | "endpointVariables" | "onLine"> {
  readonly service: ServiceDefinition;
  readonly registry: TargetRegistry;
  readonly region: string;
  readonly timeScale: HealthTimeScale;
  readonly stopOrder: StopOrder;
  /** Endpoint of the task's credentials and metadata. */
  readonly addresses: (taskId: string) => TaskAddresses;
}

interface TaskTarget {
  readonly groupArn: string;
  readonly registered: RegisteredTarget;
}

/** One task: its container, and its places in target groups. */
export class Task {
  readonly id = randomBytes(16).toString("hex");
  /** Resolves when container and targets are healthy; never, when that does not come. */
  readonly healthy: Promise<void>;
  /** Resolves with ECS's words for it when the task fails: its process ended unasked, or is found unhealthy. */
  readonly failed: Promise<string>;
  readonly #context: TaskContext;
  readonly #startedAt = performance.now();
  readonly #supervision = new AbortController();
  #reportHealthy: () => void = () => {};
  #reportFailed: (reason: string) => void = () => {};
  #container: Container | undefined;
  #containerHealth: "unknown" | "healthy" | "unhealthy" = "unknown";
  #targets: readonly TaskTarget[] | undefined;
  #started: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(context: TaskContext) {
    this.#context = context;
    this.healthy = new Promise((resolve) => (this.#reportHealthy = resolve));
    this.failed = new Promise((resolve) => (this.#reportFailed = resolve));
  }

  /** `undefined` before the container is started. */
  get pid(): number | undefined {
    return this.#container?.pid;
  }

  /** The loopback port of its first container port. */
  get port(): number | undefined {
    return this.#container?.ports[0]?.port;
  }

  /** Starts the container and watches over it; resolves when it listens, or is to stop. */
  start(): Promise<void> {
    this.#started ??= this.#start().catch(({ message, code = message }: NodeJS.ErrnoException) => {
      this.#fail(`CannotStartContainerError: ${code}`);
    });
    return this.#started;
  }

  async #start(): Promise<void> {
    const { service, image, region, addresses, endpointVariables, onLine } = this.#context;
    const { container: definition } = service.task;
    const container = await Container.start({
      definition,
      image,
      context: { region, taskId: this.id, ...addresses(this.id) },
      endpointVariables,
      onLine,
    });
    this.#container = container;
    if (this.#isStopping()) return container.kill();
    void container.exited.then((reason) => this.#fail(`Essential container in task exited (${reason})`));
    // ECS registers a task as soon as it runs; here the load balancer's first check would only come too early.
    await container.listening(this.#supervision.signal);
    if (this.#isStopping()) return;
    this.#register(container);
    this.#watchContainer(container);
  }

  /** Takes the task out of its target groups and ends its container, in the order the cloud was told. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** Ends the container at once. */
  async kill(): Promise<void> {
    this.#supervision.abort();
    this.#container?.kill();
    await this.#started;
    await this.#container?.exited;
    // What is still open there ends with the process; the load balancer need not be waited for.
    void this.#deregister();
  }

  async #stop(): Promise<void> {
    this.#supervision.abort();
    if (this.#context.stopOrder === "deregisterFirst") await this.#deregister();
    await Promise.all([this.#deregister(), this.#container?.stop()]);
  }

  #deregister(): Promise<unknown> {
    return Promise.all((this.#targets ?? []).map(({ registered }) => registered.deregister()));
  }

  #register({ ports }: Container): void {
    const { service, registry } = this.#context;
    this.#targets = service.task.container.portMappings.flatMap(({ targetGroupArn }, index) => {
      const port = ports[index]?.port;
      if (targetGroupArn === undefined || port === undefined) return [];
      const target = { host: "127.0.0.1", port, securityGroupIds: service.securityGroupIds };
      return [{ groupArn: targetGroupArn, registered: registry.register(targetGroupArn, target) }];
    });
    for (const { registered } of this.#targets) registered.onHealthChange(() => this.#judge());
  }

  #watchContainer(container: Container): void {
    const { service, timeScale } = this.#context;
    const check = service.task.container.healthCheck;
    const { signal } = this.#supervision;
    const onHealth = (health: "healthy" | "unhealthy") => {
      this.#containerHealth = health;
      this.#judge();
    };
    // Without a check the container is as healthy as its process is alive.
    if (check === undefined) return onHealth("healthy");
    const passes = () => container.passesCheck(signal);
    void watchHealth({ check, passes, timeScale, onHealth, signal });
  }

  /** Decides by the latest of all health checks. */
  #judge(): void {
    const targets = this.#targets ?? [];
    const healths = [this.#containerHealth, ...targets.map(({ registered }) => registered.health)];
    if (healths.every((health) => health === "healthy")) return this.#reportHealthy();
    const sick = targets.find(({ registered }) => registered.health === "unhealthy");
    if (this.#containerHealth !== "unhealthy" && sick === undefined) return;
    const { service, timeScale } = this.#context;
    const graceEnd = this.#startedAt + service.healthCheckGraceSeconds * 1000 * timeScale.starting;
    const graceLeft = graceEnd - performance.now();
    if (graceLeft > 0) return this.#judgeLater(graceLeft);
    this.#fail(
      sick === undefined
        ? "Task failed container health checks"
        : `Task failed ELB health checks in (target-group ${sick.groupArn})`,
    );
  }

  #judgeLater(milliseconds: number): void {
    const timer = setTimeout(() => this.#judge(), milliseconds);
    this.#supervision.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  #isStopping(): boolean {
    return this.#supervision.signal.aborted;
  }

  #fail(reason: string): void {
    if (!this.#isStopping()) this.#reportFailed(reason);
  }
}
