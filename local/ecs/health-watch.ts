import { setTimeout as delay } from "node:timers/promises";
import { launch } from "../host/child-process.ts";
import type { HealthCheck } from "./container-definition.ts";

/** Factors for the times of health checks. */
export interface HealthTimeScale {
  /** Between a container's checks until one passes, and before failures count. */
  readonly starting: number;
  /** Between a container's checks from then on. */
  readonly running: number;
}

export interface HealthWatchOptions {
  readonly check: HealthCheck;
  /** Runs the check's command once. */
  readonly passes: () => Promise<boolean>;
  readonly timeScale: HealthTimeScale;
  readonly onHealth: (health: "healthy" | "unhealthy") => void;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/**
 * Runs a container's health check over and over. The first check comes at once, where ECS lets an interval pass.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
 */
export async function watchHealth(options: HealthWatchOptions): Promise<void> {
  const { check, passes, timeScale, onHealth, signal } = options;
  const failuresCountFrom = performance.now() + check.startPeriodSeconds * 1000 * timeScale.starting;
  const isOver = () => signal.aborted;
  let hasPassed = false;
  let failures = 0;
  while (!isOver()) {
    const passed = await passes();
    // Whatever a check says that was cut short.
    if (isOver()) return;
    if (passed) {
      hasPassed = true;
      failures = 0;
      onHealth("healthy");
    } else if (hasPassed || performance.now() >= failuresCountFrom) {
      failures++;
      if (failures >= check.retries) onHealth("unhealthy");
    }
    const interval = check.intervalSeconds * 1000 * (hasPassed ? timeScale.running : timeScale.starting);
    await delay(interval, undefined, { signal }).catch(() => {});
  }
}

export interface CheckCommand {
  readonly command: readonly string[];
  readonly timeoutSeconds: number;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Ends the command. */
  readonly signal: AbortSignal;
}

/** Runs the command beside the container's own process; it passes with exit code 0. */
export async function runCheck(options: CheckCommand): Promise<boolean> {
  const { command, timeoutSeconds, folder, variables, signal } = options;
  const [kind, ...words] = command;
  const [program = "", ...parameters] = kind === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
  const check = launch(program === "node" ? process.execPath : program, parameters, {
    cwd: folder,
    env: variables,
    stdio: "ignore",
    timeout: timeoutSeconds * 1000,
    killSignal: "SIGKILL",
    signal,
  });
  const end = await check.closed;
  return "code" in end && end.code === 0;
}
