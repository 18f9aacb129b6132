import type { ResourceGraph } from "../graph.ts";

/** Where a packet comes from or goes to. */
export type NetworkParty =
  | { readonly kind: "groups"; readonly securityGroupIds: readonly string[] }
  | { readonly kind: "prefixList"; readonly prefixListId: string };

/** Whether packets pass between two parties, by the rules in the graph. */
export interface SecurityGroups {
  /** @returns `undefined` when a connection is let through, else the sentence that says which rule is missing. */
  refusal(from: NetworkParty, to: NetworkParty, port: number): string | undefined;
}

export type ReadSecurityGroups = (graph: ResourceGraph) => SecurityGroups;
