/** What some readers of lines take for a line's end besides LF and CR, and JSON allows to stand in a string as it is. */
const LINE_SEPARATORS = /[\u0085\u2028\u2029]/g;

/**
 * JSON text in one line for every reader of lines: Python's `str.splitlines` and Swift's `lines` among them, which end one
 * at U+0085, U+2028 and U+2029 too. Strings have to be well-formed: some parsers refuse the escape of half a surrogate pair.
 */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(LINE_SEPARATORS, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
