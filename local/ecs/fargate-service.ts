import type { CloudLog } from "../logs/cloud-log.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { deferred } from "../lambda/deferred.ts";
import { Task, type TaskContext } from "./task.ts";

export interface FargateServiceContext extends TaskContext {
  readonly log: CloudLog;
  /** Why a task cannot be started; `undefined` when it can. */
  readonly startFailure: () => string | undefined;
  /** Called when a task is gone. */
  readonly onTaskGone: (taskId: string) => void;
}

export interface TaskStatus {
  readonly taskId: string;
  readonly pid: number;
  /** The loopback port of its first container port; `undefined` when the container maps none. */
  readonly port: number | undefined;
}

/** As many tasks in a row have failed as the circuit breaker allows; what ran before runs on. */
export class DeploymentFailedError extends Error {
  override readonly name = "DeploymentFailedError";
}

/** AWS grows its pauses to 27 minutes, which nobody would wait for on a laptop. */
const FIRST_PAUSE_MILLISECONDS = 5000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/** Tasks in a row that have not become healthy, in one attempt to start some. */
interface Attempt {
  readonly kind: "deployment" | "replacement";
  failures: number;
}

/**
 * Keeps a service's tasks running: replaces those that fail, and all of them in a deployment. What would scale it does not:
 * that is Application Auto Scaling's, by metrics nobody collects here.
 */
export class FargateService {
  readonly name: string;
  readonly #context: FargateServiceContext;
  /** Every task that is not gone, those being stopped included. */
  readonly #tasks = new Set<Task>();
  /** The tasks that count: healthy, or on their way. */
  readonly #counted = new Set<Task>();
  readonly #closing = deferred<undefined>();
  #desiredCount: number;
  #isClosing = false;

  constructor(context: FargateServiceContext) {
    this.#context = context;
    this.name = context.service.name;
    this.#desiredCount = context.service.desiredCount;
  }

  /** The tasks that run or are about to, in order of their start; without those being stopped. */
  get tasks(): readonly TaskStatus[] {
    return [...this.#counted].flatMap(({ id, pid, port }) =>
      pid === undefined ? [] : [{ taskId: id, pid, port }],
    );
  }

  /**
   * Resolves when as many tasks are healthy as the service wants, or the circuit breaker has given up, which is logged.
   *
   * @throws Error when no load balancer forwards to a target group.
   */
  async start(): Promise<void> {
    await this.#startMissing();
  }

  /** Sets how many tasks there are to be; resolves when those started are healthy, and those stopped are gone. */
  async setDesiredCount(count: number): Promise<void> {
    this.#desiredCount = count;
    await Promise.all([...this.#counted].slice(count).map((task) => this.#stop(task)));
    await this.#startMissing();
  }

  /**
   * Replaces every task, as a deployment of a changed task definition does: new ones have to be healthy before old ones are
   * stopped, within the service's percentages. Resolves when the last old one is gone.
   *
   * @throws DeploymentFailedError when the circuit breaker gives up. The old tasks run on, and the new ones are stopped again.
   */
  async redeploy(): Promise<void> {
    const { minimumHealthyPercent, maximumPercent } = this.#context.service;
    const room = Math.floor((this.#desiredCount * maximumPercent) / 100) - this.#desiredCount;
    const dispensable = this.#desiredCount - Math.ceil((this.#desiredCount * minimumHealthyPercent) / 100);
    const batchSize = Math.max(1, room, dispensable);
    const old = [...this.#counted];
    const attempt: Attempt = { kind: "deployment", failures: 0 };
    const stopped: Promise<void>[] = [];
    for (let index = 0; index < old.length; index += batchSize) {
      const batch = old.slice(index, index + batchSize);
      const stopBatch = () => stopped.push(...batch.map((task) => this.#stop(task)));
      if (room === 0) stopBatch();
      const started = await Promise.all(batch.map(() => this.#startTask(attempt)));
      if (started.includes(false)) {
        await this.setDesiredCount(this.#desiredCount);
        throw new DeploymentFailedError(`${this.name}: the new tasks do not start`);
      }
      if (room > 0) stopBatch();
    }
    await Promise.all(stopped);
  }

  /** Ends every task at once. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#closing.resolve(undefined);
    await Promise.all([...this.#tasks].map((task) => task.kill()));
  }

  /** @returns Whether all of them have become healthy. */
  async #startMissing(kind: Attempt["kind"] = "deployment"): Promise<boolean> {
    const attempt: Attempt = { kind, failures: 0 };
    const missing = Math.max(0, this.#desiredCount - this.#counted.size);
    const started = await Promise.all(Array.from({ length: missing }, () => this.#startTask(attempt)));
    return !started.includes(false);
  }

  /**
   * Starts tasks until one becomes healthy.
   *
   * @returns Whether one has.
   */
  async #startTask(attempt: Attempt): Promise<boolean> {
    for (;;) {
      const task = new Task(this.#context);
      this.#tasks.add(task);
      this.#counted.add(task);
      const failure = await this.#outcome(task);
      if (this.#isClosing) return false;
      if (failure === undefined) {
        attempt.failures = 0;
        void task.failed.then((reason) => this.#replace(task, reason));
        return true;
      }
      this.#report(task, failure);
      void this.#stop(task);
      attempt.failures++;
      const threshold = failureThreshold(this.#desiredCount);
      if (attempt.failures === threshold) {
        this.#logError(
          attempt.kind === "deployment"
            ? `deployment failed: tasks failed to start (${threshold} in a row); no more are tried`
            : `tasks failed to start (${threshold} in a row); more are tried after a pause`,
        );
      }
      if (attempt.failures >= threshold) return false;
    }
  }

  /** `undefined` when the task is healthy, or the service is closing. */
  async #outcome(task: Task): Promise<string | undefined> {
    const failure = this.#context.startFailure();
    if (failure !== undefined) return failure;
    const started = task.start().then(() => task.healthy);
    return await Promise.race([started.then(() => undefined), task.failed, this.#closing.promise]);
  }

  #replace(task: Task, reason: string): void {
    // Asked to stop meanwhile, or at its end with everything else.
    if (!this.#counted.has(task) || this.#isClosing) return;
    this.#report(task, reason);
    void this.#stop(task);
    void this.#startReplacements();
  }

  /**
   * Outside a deployment there is no circuit breaker: tasks are tried again and again, after growing pauses.
   * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
   */
  async #startReplacements(): Promise<void> {
    const { starting } = this.#context.timeScale;
    let pause = FIRST_PAUSE_MILLISECONDS * starting;
    while (!this.#isClosing && !(await this.#startMissing("replacement"))) {
      const pausing = new AbortController();
      await Promise.race([
        sleep(pause, undefined, { signal: pausing.signal }).catch(() => {}),
        this.#closing.promise,
      ]);
      pausing.abort();
      pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS * starting);
    }
  }

  async #stop(task: Task): Promise<void> {
    this.#counted.delete(task);
    await task.stop();
    this.#tasks.delete(task);
    this.#context.onTaskGone(task.id);
  }

  #report(task: Task, reason: string): void {
    const { logGroup } = this.#context.service.task.container;
    const hint = logGroup === undefined ? "" : `; its output is in the log group ${logGroup}`;
    this.#logError(`task ${task.id} stopped: ${reason}${hint}`);
  }

  #logError(message: string): void {
    this.#context.log.error("ecs", `${this.name}: ${message}`);
  }
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html */
function failureThreshold(desiredCount: number): number {
  return Math.min(200, Math.max(3, Math.ceil(desiredCount / 2)));
}
