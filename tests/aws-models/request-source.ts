import { plainText } from "./plain-text.ts";

/** A resource's properties: its inputs, and what the provider computes. */
export type Properties = Readonly<Record<string, unknown>>;

/** The members of a request's structure, each from where it is taken. */
export interface Members {
  readonly [member: string]: Source;
}

/** Where a value of a request comes from; a text is the path of a property. Format: `accessLogSettings.format`. */
export type Source =
  | string
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "converted"; readonly path: string; readonly conversion: Conversion }
  | { readonly kind: "each"; readonly path: string; readonly item: Source }
  | { readonly kind: "group"; readonly members: Members }
  | { readonly kind: "list"; readonly items: readonly Source[] }
  | {
      readonly kind: "pairs";
      readonly names: readonly [name: string, value: string];
      readonly paths: Members;
    };

/** A value that the provider sends whatever the program says. */
export function constant(value: unknown): Source {
  return { kind: "constant", value };
}

/** A property that the API takes in another form. */
export function as(conversion: Conversion, path: string): Source {
  return { kind: "converted", path, conversion };
}

/** A list, item by item; paths begin at the item, and an empty one is the item. */
export function each(path: string, item: Source | Members): Source {
  return { kind: "each", path, item: isSource(item) ? item : group(item) };
}

/** A structure; left out where nothing in it is set. */
export function group(members: Members): Source {
  return { kind: "group", members };
}

/** A list of what is set of these. */
export function list(...items: readonly Source[]): Source {
  return { kind: "list", items };
}

/** A list of names and their values as text, such as `Key` and `Value`; only of what is set. */
export function pairs(name: string, value: string, paths: Members): Source {
  return { kind: "pairs", names: [name, value], paths };
}

/** What a REST API's resources are changed with after they are made. */
export function patches(paths: Members): Source {
  return {
    kind: "list",
    items: Object.entries(paths).map(([path, source]) =>
      group({ op: constant("replace"), path: constant(path), value: source }),
    ),
  };
}

/** Tags of EC2, which name the kind of thing that gets them. */
export function tagsOf(resourceType: string): Source {
  return list(group({ ResourceType: constant(resourceType), Tags: as("tagList", "tags") }));
}

export type Conversion = keyof typeof conversions;

const conversions = {
  /** Policies may be objects to Pulumi, and are text to AWS. */
  json: (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value)),
  text: plainText,
  number: Number,
  list: (value: unknown) => [value],
  tags: (value: unknown) => unlessEmpty(value as Properties),
  tagList: (value: unknown) => tagList(value as Properties, "Key", "Value"),
  lowerCaseTagList: (value: unknown) => tagList(value as Properties, "key", "value"),
  /** Members that differ in the case of their first letter alone, at every depth. */
  capitalized,
  bytes: () => new Uint8Array(1),
  scheme: (value: unknown) => (value === true ? "internal" : "internet-facing"),
  publicIp: (value: unknown) => (value === true ? "ENABLED" : "DISABLED"),
  /** Format: `account.dkr.ecr.region.amazonaws.com/name`. */
  repositoryName: (value: unknown) => plainText(value).split("/").slice(1).join("/"),
} satisfies Readonly<Record<string, (value: unknown) => unknown>>;

/** The provider leaves out tags where there are none. */
function tagList(tags: Properties, name: string, value: string): unknown {
  return unlessEmpty(tags) && Object.entries(tags).map(([key, text]) => ({ [name]: key, [value]: text }));
}

function unlessEmpty(tags: Properties): Properties | undefined {
  return Object.keys(tags).length === 0 ? undefined : tags;
}

function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      capitalized(inner),
    ]),
  );
}

/** The value of a source; `undefined` where the program leaves it out. Paths that are read are added to `read`. */
export function valueOf(source: Source, properties: unknown, read: Set<string>, base = ""): unknown {
  const readAt = (path: string) => {
    read.add(join(base, path));
    return at(properties, path);
  };
  if (typeof source === "string") return readAt(source);
  switch (source.kind) {
    case "constant":
      return source.value;
    case "converted": {
      const value = readAt(source.path);
      return value === undefined ? undefined : conversions[source.conversion](value);
    }
    case "each": {
      const items = at(properties, source.path);
      if (!Array.isArray(items)) return undefined;
      const place = `${join(base, source.path)}[]`;
      return items.map((item: unknown) => valueOf(source.item, item, read, place));
    }
    case "group":
      return groupOf(source.members, properties, read, base);
    case "list": {
      const items = source.items
        .map((item) => valueOf(item, properties, read, base))
        .filter((value) => value !== undefined);
      return items.length === 0 ? undefined : items;
    }
    case "pairs": {
      const [name, value] = source.names;
      return Object.entries(source.paths).flatMap(([key, inner]) => {
        const found = valueOf(inner, properties, read, base);
        return found === undefined ? [] : [{ [name]: key, [value]: plainText(found) }];
      });
    }
  }
}

/** A group counts as set when something in it is that is not a constant. */
function groupOf(members: Members, properties: unknown, read: Set<string>, base: string): unknown {
  const entries = Object.entries(members).map(
    ([member, source]) => [member, source, valueOf(source, properties, read, base)] as const,
  );
  const isSet = entries.some(
    ([, source, value]) => value !== undefined && (typeof source === "string" || source.kind !== "constant"),
  );
  if (!isSet) return undefined;
  return Object.fromEntries(
    entries.flatMap(([member, , value]) => (value === undefined ? [] : [[member, value]])),
  );
}

/** What stands at a path; an empty path is the whole. */
export function at(value: unknown, path: string): unknown {
  if (path === "") return value;
  return path
    .split(".")
    .reduce<unknown>(
      (inner, name) =>
        typeof inner === "object" && inner !== null ? (inner as Properties)[name] : undefined,
      value,
    );
}

function join(base: string, path: string): string {
  return base === "" ? path : path === "" ? base : `${base}.${path}`;
}

function isSource(item: Source | Members): item is Source {
  return typeof item === "string" || typeof (item as { readonly kind?: unknown }).kind === "string";
}
