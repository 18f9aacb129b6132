import type { RecordedResource } from "../../local/graph/resource-graph.ts";

/** A resource as the recording engine keeps it, with nothing set that a test does not name. */
export function recordedResource(
  type: string,
  name: string,
  inputs: Readonly<Record<string, unknown>>,
  outputs: Readonly<Record<string, unknown>> = {},
): RecordedResource {
  return {
    urn: `urn:pulumi:dev::streamgate::${type}::${name}`,
    type,
    name,
    parent: undefined,
    custom: true,
    id: name,
    inputs,
    outputs: { ...inputs, ...outputs },
    dependencies: [],
    retainOnDelete: false,
    protect: false,
    secretProperties: [],
    replaceOnChanges: [],
    deleteBeforeReplace: false,
  };
}
