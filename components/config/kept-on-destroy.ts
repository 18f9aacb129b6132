import type { StreamgateConfig } from "./streamgate-config.ts";

/** What `pulumi destroy` leaves in the account, one sentence an item. */
export function keptOnDestroy(
  config: Pick<StreamgateConfig, "accountLogging" | "bucket" | "onDestroy">,
): string[] {
  const kept: string[] = [];
  if (config.bucket) kept.push(`Bucket ${config.bucket} with its objects: it is not part of this stack.`);
  else if (config.onDestroy === "keepData") kept.push("The bucket with its objects and its settings.");
  if (config.accountLogging === "create") {
    kept.push(
      "The Region's API Gateway logging role and the account setting that names it: other APIs use them too.",
    );
  }
  return kept;
}
