import type { RecordedResource } from "../../local/graph/resource-graph.ts";

/** One line a resource, type and name, children indented below their parent, sorted. */
export function resourceTree(resources: readonly RecordedResource[], parent?: string, indent = ""): string[] {
  return resources
    .filter((resource) => resource.parent === parent)
    .map(({ type, name, urn }) => ({ line: `${indent}${type} ${name}`, urn }))
    .sort((a, b) => (a.line < b.line ? -1 : 1))
    .flatMap(({ line, urn }) => [line, ...resourceTree(resources, urn, `${indent}  `)]);
}
