import type { ApiMethod } from "./deployment-snapshot.ts";
import { type ApiResource, pathParameter } from "./resource-tree.ts";

/** The method that answers a request, and what its path parameters took. */
export interface Route {
  readonly resource: ApiResource;
  readonly method: ApiMethod;
  /** Still percent-encoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

interface Match {
  readonly resource: ApiResource;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the deployed method for a path the way API Gateway does. */
export class Router {
  readonly #root: ApiResource;
  readonly #methods = new Map<string, ApiMethod[]>();

  constructor(root: ApiResource, methods: readonly ApiMethod[]) {
    this.#root = root;
    for (const method of methods) {
      this.#methods.set(method.resourceId, [...(this.#methods.get(method.resourceId) ?? []), method]);
    }
  }

  /**
   * The path decides first: the resource is the most specific one that has any deployed method, and a method it
   * lacks is not looked for elsewhere, nor does GET answer HEAD. A trailing slash does not count.
   *
   * @param path After the stage, percent-encoded.
   */
  find(path: string, httpMethod: string): Route | undefined {
    const segments = path.replace(/\/$/, "").split("/").slice(1);
    const match = this.#match(this.#root, segments, {});
    if (match === undefined) return undefined;
    const methods = this.#methods.get(match.resource.id) ?? [];
    const method =
      methods.find((candidate) => candidate.httpMethod === httpMethod) ??
      methods.find((candidate) => candidate.httpMethod === "ANY");
    return method === undefined ? undefined : { ...match, method };
  }

  #match(
    resource: ApiResource,
    segments: readonly string[],
    taken: Readonly<Record<string, string>>,
  ): Match | undefined {
    const [segment, ...rest] = segments;
    if (segment === undefined) {
      return this.#methods.has(resource.id) ? { resource, pathParameters: taken } : undefined;
    }
    const fixed = resource.children.find((child) => {
      return child.pathPart === segment && pathParameter(child.pathPart) === undefined;
    });
    const match = fixed && this.#match(fixed, rest, taken);
    return match ?? this.#matchParameter(resource, segments, taken);
  }

  #matchParameter(
    resource: ApiResource,
    segments: readonly string[],
    taken: Readonly<Record<string, string>>,
  ): Match | undefined {
    for (const child of resource.children) {
      const parameter = pathParameter(child.pathPart);
      if (parameter === undefined) continue;
      const count = parameter.isGreedy ? segments.length : 1;
      const value = segments.slice(0, count).join("/");
      if (value === "") continue;
      const match = this.#match(child, segments.slice(count), { ...taken, [parameter.name]: value });
      if (match !== undefined) return match;
    }
    return undefined;
  }
}
