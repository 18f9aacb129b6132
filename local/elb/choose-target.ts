import type { RoutingAlgorithm } from "./target-group-definition.ts";

/** A target as far as choosing one goes. */
export interface Candidate {
  readonly openRequests: number;
}

/** Chooses among targets; remembers whose turn it is. */
export type ChooseTarget = <T extends Candidate>(candidates: readonly T[]) => T | undefined;

/**
 * Round robin takes one after the other. Least outstanding requests takes one of those with the fewest open requests,
 * and among these one after the other.
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export function chooserFor(algorithm: RoutingAlgorithm): ChooseTarget {
  let turn = 0;
  return (candidates) => {
    const fewest = Math.min(...candidates.map(({ openRequests }) => openRequests));
    const eligible =
      algorithm === "round_robin"
        ? candidates
        : candidates.filter(({ openRequests }) => openRequests === fewest);
    return eligible.length === 0 ? undefined : eligible[turn++ % eligible.length];
  };
}
