import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ExecutionContext } from "ava";
import { CloudLog } from "../../local/logs/cloud-log.ts";
import type { FargateService } from "../../local/ecs/fargate-service.ts";
import { type ContainersOptions, startContainers } from "../../local/ecs/start-containers.ts";
import type {
  RegisteredTarget,
  Target,
  TargetHealth,
  TargetRegistry,
} from "../../local/elb/target-registry.ts";
import type { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { CredentialStore } from "../../local/iam/credential-store.ts";
import { LogGroups } from "../../local/logs/log-groups.ts";
import { accountId, region } from "./recorded-service.ts";
import { until } from "./until.ts";

/** A target group in which the test decides what is healthy. */
export class ScriptedRegistry implements TargetRegistry {
  readonly targets: ScriptedTarget[] = [];
  /** What a target is as soon as it is registered. */
  firstHealth: TargetHealth;
  /** Called with each new target. */
  onRegister: (target: ScriptedTarget) => void = () => {};

  constructor(firstHealth: TargetHealth = "healthy") {
    this.firstHealth = firstHealth;
  }

  register(targetGroupArn: string, target: Target): ScriptedTarget {
    const registered = new ScriptedTarget(targetGroupArn, target, this.firstHealth);
    this.targets.push(registered);
    this.onRegister(registered);
    return registered;
  }
}

export class ScriptedTarget implements RegisteredTarget {
  readonly targetGroupArn: string;
  readonly target: Target;
  health: TargetHealth;
  /** When set, deregistration waits for it, as for a request that is still open. */
  openRequests: Promise<void> = Promise.resolve();
  #listeners: ((health: TargetHealth) => void)[] = [];

  constructor(targetGroupArn: string, target: Target, health: TargetHealth) {
    this.targetGroupArn = targetGroupArn;
    this.target = target;
    this.health = health;
  }

  become(health: TargetHealth): void {
    this.health = health;
    for (const listener of this.#listeners) listener(health);
  }

  onHealthChange(listener: (health: TargetHealth) => void): void {
    this.#listeners.push(listener);
  }

  async deregister(): Promise<void> {
    this.become("draining");
    await this.openRequests;
    this.become("unused");
    this.#listeners = [];
  }
}

export interface RunningContainers {
  /** The first service. */
  readonly service: FargateService;
  readonly registry: ScriptedRegistry;
  readonly credentials: CredentialStore;
  readonly logGroups: LogGroups;
  /** The errors so far. */
  readonly errors: () => string[];
  /** Resolves when an error has been logged that matches. */
  readonly error: (pattern: RegExp) => Promise<unknown>;
  /** What the container behind a port answers; see `tests/fixtures/container`. */
  readonly ask: (path: string, port?: number) => Promise<ContainerAnswer>;
  readonly close: () => Promise<void>;
}

export interface ContainerAnswer {
  readonly variables: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly files: readonly string[];
}

/** Starts a graph's services; they end with the test. Every hop is let through, every target healthy, unless the test says otherwise. */
export async function runContainers(
  t: ExecutionContext,
  graph: ResourceGraph,
  options: Partial<Omit<ContainersOptions, "registry">> & { readonly registry?: ScriptedRegistry } = {},
): Promise<RunningContainers> {
  const workFolder = await mkdtemp(join(tmpdir(), "streamgate-test-"));
  t.teardown(() => rm(workFolder, { recursive: true }));
  const log = new CloudLog();
  const logGroups = new LogGroups();
  const credentials = new CredentialStore();
  const registry = options.registry ?? new ScriptedRegistry();
  const containers = await startContainers({
    graph,
    securityGroups: { refusal: () => undefined },
    credentials,
    region,
    accountId,
    log,
    logGroups,
    endpoints: { s3: "http://127.0.0.1:1", bedrock: "http://127.0.0.1:2" },
    workFolder,
    timeScale: { starting: 0.01, running: 0.01 },
    ...options,
    registry,
  });
  t.teardown(() => containers.close());
  const [service] = containers.services;
  if (service === undefined) throw new Error("the graph has no service");
  const errors = () => log.entries.filter(({ level }) => level === "error").map(({ message }) => message);
  return {
    service,
    registry,
    credentials,
    logGroups,
    errors,
    error: (pattern) => until(() => errors().some((message) => pattern.test(message))),
    ask: async (path, port = service.tasks[0]?.port) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return (await response.json()) as ContainerAnswer;
    },
    close: () => containers.close(),
  };
}
