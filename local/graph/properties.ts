import { isObject } from "../../contract/json-object.ts";
import type { RecordedResource } from "./resource-graph.ts";
import { GraphError } from "./graph-error.ts";

/**
 * Typed access to what a program recorded for a resource.
 *
 * Errors: every method throws a GraphError when the property has another type than asked for.
 */
export class Properties {
  readonly #resource: RecordedResource;
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #prefix: string;

  private constructor(resource: RecordedResource, values: Readonly<Record<string, unknown>>, prefix: string) {
    this.#resource = resource;
    this.#values = values;
    this.#prefix = prefix;
  }

  static inputs(resource: RecordedResource): Properties {
    return new Properties(resource, resource.inputs, "");
  }

  static outputs(resource: RecordedResource): Properties {
    return new Properties(resource, resource.outputs, "");
  }

  string(name: string): string | undefined {
    return this.#read(name, "a string", (value) => typeof value === "string");
  }

  /** @throws GraphError when the property is missing. */
  requiredString(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw this.#wrong(name, "is missing");
    return value;
  }

  number(name: string): number | undefined {
    return this.#read(name, "a number", (value) => typeof value === "number");
  }

  boolean(name: string): boolean | undefined {
    return this.#read(name, "a boolean", (value) => typeof value === "boolean");
  }

  /** A nested object; one without properties when it is missing. */
  nested(name: string): Properties {
    return new Properties(
      this.#resource,
      this.#read(name, "an object", isObject) ?? {},
      `${this.#prefix}${name}.`,
    );
  }

  /** A list of objects; empty when it is missing. */
  nestedList(name: string): Properties[] {
    const list = this.#read(name, "a list of objects", (value): value is Record<string, unknown>[] => {
      return Array.isArray(value) && value.every(isObject);
    });
    return (list ?? []).map(
      (values, index) => new Properties(this.#resource, values, `${this.#prefix}${name}[${index}].`),
    );
  }

  /** A list of strings; empty when it is missing. */
  strings(name: string): readonly string[] {
    const list = this.#read(name, "a list of strings", (value): value is string[] => {
      return Array.isArray(value) && value.every((item) => typeof item === "string");
    });
    return list ?? [];
  }

  /** An object whose values are all strings; empty when it is missing. */
  stringMap(name: string): Readonly<Record<string, string>> {
    const map = this.#read(name, "an object of strings", (value): value is Record<string, string> => {
      return isObject(value) && Object.values(value).every((item) => typeof item === "string");
    });
    return map ?? {};
  }

  /** An object whose values are all booleans; empty when it is missing. */
  booleanMap(name: string): Readonly<Record<string, boolean>> {
    const map = this.#read(name, "an object of booleans", (value): value is Record<string, boolean> => {
      return isObject(value) && Object.values(value).every((item) => typeof item === "boolean");
    });
    return map ?? {};
  }

  #read<T>(name: string, expected: string, isExpected: (value: unknown) => value is T): T | undefined {
    const value = this.#values[name];
    if (value === undefined || value === null) return undefined;
    if (!isExpected(value)) throw this.#wrong(name, `must be ${expected}`);
    return value;
  }

  #wrong(name: string, problem: string): GraphError {
    return new GraphError(this.#resource, `${this.#prefix}${name} ${problem}`);
  }
}
