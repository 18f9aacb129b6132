/** What one key is to accept and refuse. */
export interface KeyRule<T> {
  readonly default: T;
  readonly accepted: Readonly<Record<string, T>>;
  readonly refused: readonly string[];
  readonly allowed: string;
}

/** A whole number that is accepted. */
export const countOf = (largest: number) => ({ [String(largest)]: largest });

/** What is no whole number. */
export const notWhole = ["", "x", "1.5", "1e3", " 7", "+7", "0x10"];
