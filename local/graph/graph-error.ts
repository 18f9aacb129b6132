import type { RecordedResource } from "./resource-graph.ts";

/** The recorded resources could not exist on AWS, or would not work there; the local cloud refuses them too. */
export class GraphError extends Error {
  override readonly name = "GraphError";
  readonly urn: string;

  /** @param problem What is wrong and what would be right, as the end of a sentence that names the resource. */
  constructor(resource: RecordedResource, problem: string) {
    super(`${resource.type} "${resource.name}": ${problem}`);
    this.urn = resource.urn;
  }
}
