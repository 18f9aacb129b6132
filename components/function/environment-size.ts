import type { ArgumentRule } from "../argument-rule.ts";

/** Lambda measures the variables as JSON, names included. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4096;

/** Stands for a value that AWS makes, such as a bucket's name: the longest of these has 63 characters. */
const MADE_BY_AWS = "x".repeat(63);

/** All the variables of one function. */
export const environmentRule: ArgumentRule<Readonly<Record<string, unknown>>> = {
  allowed: `${MOST_BYTES} bytes for all variables of a function, as JSON`,
  accepts: (variables) => environmentBytes(variables) <= MOST_BYTES,
};

/** @param variables One that is not known yet counts as the longest that AWS makes. */
export function environmentBytes(variables: Readonly<Record<string, unknown>>): number {
  const known = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === "string" ? value : MADE_BY_AWS,
  ]);
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(known)));
}
