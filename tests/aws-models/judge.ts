import type { RecordedResource, ResourceGraph } from "../../local/graph/resource-graph.ts";
import { type ApiCall, resourceRows } from "./calls/index.ts";
import { limitProblems } from "./limit-problems.ts";
import { type Properties, at, valueOf } from "./request-source.ts";
import { requestProblems } from "./service-models.ts";

/**
 * Judges a graph as AWS's APIs would: each resource becomes the calls the provider makes for it, and each call is held
 * against its operation's model and the limits that no model has.
 *
 * @returns A sentence for each thing AWS would refuse; also for a resource or property nobody has told the judge of.
 */
export function verdict(graph: ResourceGraph): string[] {
  return [...graph.resources.filter(isMade).flatMap(resourceProblems), ...limitProblems(graph)];
}

/** Components of the program's are groupings; those of awsx stand for what they make. */
function isMade({ custom, type }: RecordedResource): boolean {
  return custom || type.startsWith("awsx:");
}

function resourceProblems(resource: RecordedResource): string[] {
  const place = `${resource.type} "${resource.name}"`;
  const row = resourceRows[resource.type];
  if (row === undefined) return [`${place}: no row says which calls make it`];
  const read = new Set(Object.keys(row.notSent ?? {}));
  const wrong = row.calls.flatMap((call) =>
    requests(call, resource, read).flatMap((request) =>
      requestProblems(call.operation, request).map(
        ({ member, value, allowed }) =>
          `${place}: ${call.operation} ${member} is ${shown(value)}; allowed: ${allowed}`,
      ),
    ),
  );
  const unknown = leaves(resource.inputs, "")
    .filter((path) => !isRead(path, read))
    .map((path) => `${place}: no row says what becomes of ${path}`);
  return [...wrong, ...new Set(unknown)];
}

function requests(call: ApiCall, resource: RecordedResource, read: Set<string>): unknown[] {
  const properties: Properties = { id: resource.id, ...resource.outputs };
  if (call.forEach !== undefined) {
    const items = at(properties, call.forEach) as readonly unknown[];
    return items.map((item) =>
      valueOf({ kind: "group", members: call.members }, item, read, `${call.forEach}[]`),
    );
  }
  if (call.when !== undefined && isUnset(at(properties, call.when))) {
    read.add(call.when);
    return [];
  }
  return [valueOf({ kind: "group", members: call.members }, properties, read)];
}

function isUnset(value: unknown): boolean {
  return (
    value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}

/** Paths of every value a program set. Format: `rules[].filter`. */
function leaves(value: unknown, path: string): string[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value))
    return value.length === 0 ? [path] : value.flatMap((item) => leaves(item, `${path}[]`));
  if (Object.getPrototypeOf(value) !== Object.prototype) return [path];
  const entries = Object.entries(value);
  if (entries.length === 0) return [path];
  return entries.flatMap(([name, inner]) => leaves(inner, path === "" ? name : `${path}.${name}`));
}

/** Whether a call carries the value, or something it is part of. */
function isRead(path: string, read: ReadonlySet<string>): boolean {
  return [...read].some(
    (known) => path === known || path.startsWith(`${known}.`) || path.startsWith(`${known}[]`),
  );
}

function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}... (${text.length} characters)` : text;
}
