import type { HostedTestFunction } from "../../helpers/lambda-host.ts";
import { until } from "../../helpers/until.ts";

/**
 * Resolves when so many invocations of the function are over and in its log. What comes next is then taken by an
 * environment that is free again, however long its runtime took to ask for more.
 */
export async function reported(
  { logGroups }: Pick<HostedTestFunction, "logGroups">,
  invocations: number,
): Promise<void> {
  const isReport = (line: string): boolean => line.startsWith("REPORT");
  await until(() => logGroups.lines("/aws/lambda/probe").filter(isReport).length >= invocations);
}
