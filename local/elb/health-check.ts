import http from "node:http";
import type { HealthCheckDefinition } from "./target-group-definition.ts";
import type { Target } from "./target-registry.ts";

/** Health of a target after its last check. */
export interface HealthState {
  readonly health: "healthy" | "unhealthy";
  /** Checks in a row that spoke against it. */
  readonly contradictions: number;
}

/**
 * It takes several checks in a row to change a target's health.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function afterCheck(
  { health, contradictions }: HealthState,
  passed: boolean,
  { healthyThreshold, unhealthyThreshold }: HealthCheckDefinition,
): HealthState {
  if (passed === (health === "healthy")) return { health, contradictions: 0 };
  const needed = passed ? healthyThreshold : unhealthyThreshold;
  if (contradictions + 1 < needed) return { health, contradictions: contradictions + 1 };
  return { health: passed ? "healthy" : "unhealthy", contradictions: 0 };
}

/** Asks a target once, over a connection of its own. */
export function passesCheck(
  { host, port }: Target,
  { path, matcher }: HealthCheckDefinition,
  timeoutMilliseconds: number,
): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMilliseconds);
    const headers = { "User-Agent": "ELB-HealthChecker/2.0" };
    http
      .get({ host, port, path, headers, agent: false, signal }, (response) => {
        const status = Number(response.statusCode);
        resolve(matcher.some(([first, last]) => first <= status && status <= last));
        response.destroy();
      })
      .on("error", () => resolve(false));
  });
}
