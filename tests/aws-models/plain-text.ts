/** A plain value as text, as the provider sends what the API takes as text. */
export function plainText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A policy as IAM counts its characters. */
export function withoutSpace(policy: unknown): string {
  return plainText(policy).replaceAll(/\s/g, "");
}
