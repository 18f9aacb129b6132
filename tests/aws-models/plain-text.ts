/** A plain value as text, as the provider sends what the API takes as text. */
export function plainText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
