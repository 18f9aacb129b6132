import type { StreamgateConfig } from "./streamgate-config.ts";

/**
 * Resources that `pulumi destroy` leaves in the account, one sentence each.
 *
 * @param makesLoggingRole Whether this run makes the Region's logging role.
 */
export function keptOnDestroy(
  config: Pick<StreamgateConfig, "bucket" | "onDestroy">,
  makesLoggingRole: boolean,
): string[] {
  const kept: string[] = [];
  if (config.bucket) kept.push(`Bucket ${config.bucket} with its objects: it is not part of this stack.`);
  else if (config.onDestroy === "keepData") kept.push("The bucket with its objects and its settings.");
  if (makesLoggingRole) {
    kept.push(
      "The Region's API Gateway logging role and the account setting that names it: other APIs use them too.",
    );
  }
  return kept;
}
