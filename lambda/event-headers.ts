import type { RestProxyEvent } from "../contract/rest-proxy-event.ts";

/** A request's headers by lower-case name, the values of a repeated one joined by `, `. */
export function headersOf({ multiValueHeaders }: RestProxyEvent): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, values] of Object.entries(multiValueHeaders ?? {})) {
    const lowerCaseName = name.toLowerCase();
    joined[lowerCaseName] = [joined[lowerCaseName] ?? [], ...values].flat().join(", ");
  }
  return joined;
}
