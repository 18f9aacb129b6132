/** A resource as the program registered it, with the outputs the local cloud answered. */
export interface RecordedResource {
  /** Format: `urn:pulumi:{stack}::{project}::{parentType}${type}::{name}`. */
  readonly urn: string;
  /** Type token. Format: `aws:lambda/function:Function`. */
  readonly type: string;
  readonly name: string;
  /** The parent's urn; `undefined` for children of the stack. */
  readonly parent: string | undefined;
  /** False for component resources, which are groupings and exist in no cloud. */
  readonly custom: boolean;
  readonly id: string;
  /** Inputs with secrets unwrapped; assets and archives stay Pulumi's own classes. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs plus what the provider computes. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** urns of everything this resource waits for: `dependsOn`, parents' children included, and inputs' origins. */
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
  /** Whether Pulumi refuses to delete or replace it. */
  readonly protect: boolean;
  /** Names of the inputs and outputs that Pulumi keeps encrypted in its state. */
  readonly secretProperties: readonly string[];
  /** Properties whose change replaces it, beside those that the provider replaces it for. */
  readonly replaceOnChanges: readonly string[];
  /** Whether it goes before its replacement comes. */
  readonly deleteBeforeReplace: boolean;
}

/** Everything a program registered, in order of registration. */
export class ResourceGraph {
  readonly resources: readonly RecordedResource[];
  readonly #byUrn: ReadonlyMap<string, RecordedResource>;

  constructor(resources: readonly RecordedResource[]) {
    this.resources = resources;
    this.#byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  }

  ofType(type: string): RecordedResource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The resources of a type whose input `property` has this value, for looking up what points where. */
  pointingAt(type: string, property: string, value: unknown): RecordedResource[] {
    return this.ofType(type).filter((resource) => resource.inputs[property] === value);
  }

  /**
   * Whether `later` is made only after `earlier`, through any chain of dependencies. This is what decides if a
   * deployment's snapshot holds a method: without the dependency AWS leaves it to chance.
   */
  dependsOn(later: RecordedResource, earlier: RecordedResource): boolean {
    const seen = new Set<string>();
    const open = [...later.dependencies];
    for (let urn = open.pop(); urn !== undefined; urn = open.pop()) {
      if (urn === earlier.urn) return true;
      if (seen.has(urn)) continue;
      seen.add(urn);
      open.push(...(this.#byUrn.get(urn)?.dependencies ?? []));
    }
    return false;
  }
}
