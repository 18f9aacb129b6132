import type { RestProxyEvent } from "../contract/rest-proxy-event.ts";

/** A request's headers by lower-case name, each with the values of its lines in order. */
export function headerLinesOf({ multiValueHeaders }: RestProxyEvent): Record<string, readonly string[]> {
  const lines: Record<string, readonly string[]> = {};
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    const lowerCaseName = name.toLowerCase();
    lines[lowerCaseName] = [...(lines[lowerCaseName] ?? []), ...values];
  }
  return lines;
}

/** The same, the values of a repeated header joined by `, `. */
export function headersOf(event: RestProxyEvent): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headerLinesOf(event)).map(([name, values]) => [name, values.join(", ")]),
  );
}
