import { InputError } from "./input-error.ts";

/** Rule for a value that AWS restricts. Shared by a configuration key and a component's argument. */
export interface ArgumentRule<T> {
  /** Ends the sentence "allowed: ...". */
  readonly allowed: string;
  readonly accepts: (value: T) => boolean;
}

/** A value in a message. What is very long would drown it, and is a prompt, which has no place in a log. */
export function shown(value: unknown): string {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 500 ? `${text.length} characters long` : `"${text}"`;
}

/** A whole number between two bounds, both included. */
export function wholeNumber(smallest: number, largest: number): ArgumentRule<number> {
  return {
    allowed: `a whole number from ${smallest} to ${largest}`,
    accepts: (number) => Number.isInteger(number) && number >= smallest && number <= largest,
  };
}

/** @throws InputError naming the argument, the value and what is allowed. */
export function checkArgument<T>(argument: string, value: T, rule: ArgumentRule<T>): void {
  if (rule.accepts(value)) return;
  throw new InputError(`${argument} is ${shown(value)}; allowed: ${rule.allowed}`);
}
