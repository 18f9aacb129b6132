import type { RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { type Limit, limits } from "./limits.ts";
import { at } from "./request-source.ts";
import { type SharedLimit, sharedLimits } from "./shared-limits.ts";

/** @returns A sentence for each limit that a graph does not keep. */
export function limitProblems(graph: ResourceGraph): string[] {
  return [
    ...graph.resources.flatMap((resource) =>
      limits.filter((limit) => !keeps(resource, limit)).map((limit) => sentence(resource, limit)),
    ),
    ...sharedLimits.flatMap((limit) => sharedProblems(graph, limit)),
  ];
}

function keeps({ type, outputs }: RecordedResource, { types, path, isKept }: Limit): boolean {
  if (types?.includes(type) === false) return true;
  const value = at(outputs, path);
  return value === undefined || value === null || isKept(value);
}

function sharedProblems(graph: ResourceGraph, limit: SharedLimit): string[] {
  const { type, path, by } = limit;
  const owners = new Set(graph.ofType(type).map(({ inputs }) => inputs[by]));
  return [...owners].flatMap((owner) => {
    const resources = graph.pointingAt(type, by, owner);
    const [first] = resources;
    const isKept = limit.isKept(resources.map(({ inputs }) => inputs[path]));
    return isKept || first === undefined ? [] : [sentence(first, limit)];
  });
}

function sentence(
  { type, name }: RecordedResource,
  { path, allowed, source }: Pick<Limit, "path" | "allowed" | "source">,
): string {
  return `${type} "${name}": ${path === "" ? "the whole" : path}; allowed: ${allowed} (${source})`;
}
