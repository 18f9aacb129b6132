import type { LocalCloud } from "../../local/cloud.ts";
import { logLines } from "./log-lines.ts";
import { until } from "./until.ts";

/**
 * Resolves when so many invocations of functions are over and in the log. What comes next is then taken by an environment
 * that is free again, however long its runtime took to ask for more.
 */
export async function reported(logged: Pick<LocalCloud, "logGroups">, invocations: number): Promise<void> {
  await until(() => logLines(logged).filter((line) => line.startsWith("REPORT")).length >= invocations);
}
