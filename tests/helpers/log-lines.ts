import type { LocalCloud } from "../../local/cloud.ts";

/**
 * The lines of a local cloud's log groups.
 *
 * @param group Which, by their names. Default: all.
 */
export function logLines({ logGroups }: Pick<LocalCloud, "logGroups">, group = /./): string[] {
  return logGroups.names.filter((name) => group.test(name)).flatMap((name) => logGroups.lines(name));
}
