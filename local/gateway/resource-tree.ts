import type { RecordedResource, ResourceGraph } from "../graph/resource-graph.ts";
import { GraphError } from "../graph/graph-error.ts";
import { Properties } from "../graph/properties.ts";

/** One resource of a REST API: a path, and what lies below it. */
export interface ApiResource {
  readonly id: string;
  /** Format: `/download/{key+}`. */
  readonly path: string;
  /** Empty for the root. Format: `download`, `{id}` or `{key+}`. */
  readonly pathPart: string;
  readonly children: ApiResource[];
}

/** `{name}` takes one path segment, `{name+}` the whole rest of the path. */
const parameterPattern = /^\{(?<name>[\w.:-]+)(?<greedy>\+)?\}$/;

/** The variable a path part declares, or `undefined` for a fixed one. */
export function pathParameter(pathPart: string): { name: string; isGreedy: boolean } | undefined {
  const groups = parameterPattern.exec(pathPart)?.groups;
  if (groups?.["name"] === undefined) return undefined;
  return { name: groups["name"], isGreedy: groups["greedy"] !== undefined };
}

/**
 * The resources of a REST API, as a tree below its root.
 *
 * @throws GraphError for a path API Gateway would refuse.
 */
export function readResourceTree(graph: ResourceGraph, restApi: RecordedResource): ApiResource {
  const recorded = graph.pointingAt("aws:apigateway/resource:Resource", "restApi", restApi.id);
  const rootId = Properties.outputs(restApi).requiredString("rootResourceId");
  const root: ApiResource = { id: rootId, path: "/", pathPart: "", children: [] };
  addChildren(root, recorded);
  const knownIds = new Set([rootId, ...recorded.map((resource) => resource.id)]);
  for (const resource of recorded) {
    const parentId = Properties.inputs(resource).requiredString("parentId");
    if (!knownIds.has(parentId))
      throw new GraphError(resource, `parentId ${parentId} is no resource of the API`);
  }
  return root;
}

function addChildren(parent: ApiResource, recorded: readonly RecordedResource[]): void {
  for (const resource of recorded) {
    const inputs = Properties.inputs(resource);
    if (inputs.requiredString("parentId") !== parent.id) continue;
    const pathPart = inputs.requiredString("pathPart");
    checkPathPart(resource, pathPart, parent);
    const path = `${parent.path === "/" ? "" : parent.path}/${pathPart}`;
    const child: ApiResource = { id: resource.id, path, pathPart, children: [] };
    parent.children.push(child);
    addChildren(child, recorded);
  }
}

function checkPathPart(resource: RecordedResource, pathPart: string, parent: ApiResource): void {
  const parameter = pathParameter(pathPart);
  if (parameter === undefined && !/^[\w.:~@!$&'()*+,;=%-]+$/.test(pathPart)) {
    throw new GraphError(resource, `pathPart ${pathPart} is neither a plain segment nor {name} nor {name+}`);
  }
  if (pathParameter(parent.pathPart)?.isGreedy === true) {
    throw new GraphError(resource, `nothing can follow the greedy ${parent.pathPart} of its parent`);
  }
  for (const sibling of parent.children) {
    if (sibling.pathPart === pathPart) throw new GraphError(resource, `${sibling.path} exists already`);
    // AWS's own sentence: "A sibling ({id}) of this resource already has a variable path part".
    if (parameter !== undefined && pathParameter(sibling.pathPart) !== undefined) {
      throw new GraphError(
        resource,
        `a sibling, ${sibling.pathPart}, is a path parameter already; AWS takes one`,
      );
    }
  }
}
