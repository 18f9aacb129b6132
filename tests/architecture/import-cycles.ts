/** Which files or folders import which. */
export type ImportGraph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * The groups that import each other in a circle, by Tarjan's algorithm. Shape: one sorted list a circle; a file that
 * imports itself is one of a single name.
 */
export function importCycles(graph: ImportGraph): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];

  const visit = (node: string): void => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      else if (!stack.includes(next)) continue;
      lowest.set(node, Math.min(lowest.get(node) ?? 0, lowest.get(next) ?? 0));
    }
    if (lowest.get(node) !== order.get(node)) return;
    const members = stack.splice(stack.indexOf(node)).sort();
    if (members.length > 1 || graph.get(node)?.has(node) === true) cycles.push(members);
  };

  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return cycles;
}

/** The same imports between folders: each file stands for the folder that `folderOf` names. */
export function betweenFolders(graph: ImportGraph, folderOf: (path: string) => string): ImportGraph {
  const folders = new Map<string, Set<string>>();
  for (const [path, targets] of graph) {
    const from = folderOf(path);
    const known = folders.get(from) ?? new Set();
    folders.set(from, known);
    for (const to of [...targets].map(folderOf)) if (to !== from) known.add(to);
  }
  return folders;
}
