import { type ChooseTarget, chooserFor } from "./choose-target.ts";
import { passesCheck } from "./health-check.ts";
import { MonitoredTarget, type TargetSettings } from "./registered-target.ts";
import type { TargetGroupDefinition } from "./target-group-definition.ts";
import type { Target } from "./target-registry.ts";

/** Settings of a target group, and its load balancer's. */
export interface TargetGroupSettings {
  readonly definition: TargetGroupDefinition;
  readonly idleMilliseconds: number;
  /** Multiplies every time of the definition. */
  readonly timeScale: number;
  /** @returns `undefined` when security groups let the load balancer reach the target, else why they do not. */
  readonly refusal: (target: Target) => string | undefined;
  /** Told of each target that they keep from it. */
  readonly onRefusal: (refusal: string) => void;
}

/** The targets behind a load balancer. */
export class TargetGroup {
  readonly definition: TargetGroupDefinition;
  readonly refusal: (target: Target) => string | undefined;
  readonly #onRefusal: (refusal: string) => void;
  readonly #targetSettings: TargetSettings;
  readonly #choose: ChooseTarget;
  readonly #targets = new Set<MonitoredTarget>();

  constructor({ definition, idleMilliseconds, timeScale, refusal, onRefusal }: TargetGroupSettings) {
    const { healthCheck, deregistrationDelaySeconds, algorithm } = definition;
    const scaled = (seconds: number): number => seconds * 1000 * timeScale;
    this.definition = definition;
    this.refusal = refusal;
    this.#onRefusal = onRefusal;
    this.#choose = chooserFor(algorithm);
    this.#targetSettings = {
      healthCheck,
      check: async (target) => {
        return (
          refusal(target) === undefined &&
          passesCheck(target, healthCheck, scaled(healthCheck.timeoutSeconds))
        );
      },
      intervalMilliseconds: scaled(healthCheck.intervalSeconds),
      startingMilliseconds: scaled(healthCheck.intervalSeconds * healthCheck.unhealthyThreshold),
      deregistrationDelayMilliseconds: scaled(deregistrationDelaySeconds),
      idleMilliseconds,
      onUnused: (target) => this.#targets.delete(target),
    };
  }

  register(address: Target): MonitoredTarget {
    const refusal = this.refusal(address);
    if (refusal !== undefined) this.#onRefusal(refusal);
    // One that cannot be reached never will be: there is no use in waiting for it to start.
    const waiting = refusal === undefined ? {} : { startingMilliseconds: 0 };
    const target = new MonitoredTarget(address, { ...this.#targetSettings, ...waiting });
    this.#targets.add(target);
    return target;
  }

  /**
   * The target for the next request: a healthy one, or, when there is none, any that is registered.
   * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
   *
   * @returns `undefined` when none is registered; one that drains counts as gone.
   */
  choose(): MonitoredTarget | undefined {
    const targets = [...this.#targets];
    const healthy = targets.filter(({ health }) => health === "healthy");
    return this.#choose(healthy.length > 0 ? healthy : targets.filter(({ health }) => health !== "draining"));
  }

  close(): void {
    for (const target of this.#targets) target.close();
    this.#targets.clear();
  }
}
