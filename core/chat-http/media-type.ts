/** A media type or range with its parameters, all in lower case but the parameters' values. */
export interface MediaType {
  /** Format: `application/json`, and in `Accept` also `text/*`. */
  readonly essence: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = String.raw`[\w!#$%&'*+.^\x60|~-]+`;
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`;
const ESSENCE = new RegExp(String.raw`^[ \t]*(${TOKEN}\/${TOKEN})[ \t]*(?:;|$)`);
const PARAMETER = new RegExp(String.raw`;[ \t]*(${TOKEN})[ \t]*=[ \t]*(${QUOTED}|[^;]*)`, "g");

/**
 * Reads a media type as RFC 9110 defines it. What cannot be read of the parameters is left out, as browsers do.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc9110#name-media-type
 *
 * @returns `undefined` for what is none.
 */
export function parseMediaType(text: string): MediaType | undefined {
  const essence = ESSENCE.exec(text)?.[1]?.toLowerCase();
  if (essence === undefined) return undefined;
  const parameters = [...text.matchAll(PARAMETER)].map(
    ([, name = "", value = ""]) => [name.toLowerCase(), unquoted(value.trim())] as const,
  );
  return { essence, parameters: new Map(parameters) };
}

/** The items of a list, which commas divide where they stand in no quotes. */
export function listItems(list: string): string[] {
  return list.match(new RegExp(`(?:${QUOTED}|[^,])+`, "g")) ?? [];
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
}
