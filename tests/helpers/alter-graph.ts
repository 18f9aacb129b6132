import { type RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";

/** Picks resources by type and, where there are several, by name. */
export interface ResourcePick {
  readonly type: string;
  readonly name?: string;
}

export function withoutResource(graph: ResourceGraph, pick: ResourcePick): ResourceGraph {
  const left = graph.resources.filter((resource) => !isPicked(resource, pick));
  return changed(graph, left, left.length < graph.resources.length, pick);
}

/** Replaces inputs, and the outputs that mirror them. */
export function withInputs(
  graph: ResourceGraph,
  pick: ResourcePick,
  change: (inputs: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): ResourceGraph {
  return withChanged(graph, pick, (resource) => {
    const changes = change(resource.inputs);
    return {
      ...resource,
      inputs: { ...resource.inputs, ...changes },
      outputs: { ...resource.outputs, ...changes },
    };
  });
}

export function withChanged(
  graph: ResourceGraph,
  pick: ResourcePick,
  change: (resource: RecordedResource) => RecordedResource,
): ResourceGraph {
  let found = false;
  const resources = graph.resources.map((resource) => {
    if (!isPicked(resource, pick)) return resource;
    found = true;
    return change(resource);
  });
  return changed(graph, resources, found, pick);
}

function isPicked(resource: RecordedResource, { type, name }: ResourcePick): boolean {
  return resource.type === type && (name === undefined || resource.name === name);
}

/** A mutation that hits nothing would leave its test green for the wrong reason. */
function changed(
  graph: ResourceGraph,
  resources: readonly RecordedResource[],
  found: boolean,
  pick: ResourcePick,
): ResourceGraph {
  if (!found)
    throw new Error(`nothing in ${graph.resources.length} resources is ${pick.type} ${pick.name ?? ""}`);
  return new ResourceGraph(resources);
}
