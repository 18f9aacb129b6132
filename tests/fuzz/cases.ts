/**
 * How many cases a fuzz test takes itself: all of them together 20,000 in CI, a tenth of that on a laptop.
 * `STREAMGATE_FUZZ_CASES=200000 npm run test:unit -- tests/fuzz` asks for more.
 *
 * @param share Of the whole, from 0 to 1.
 */
export function fuzzCases(share: number): number {
  const all = Number(process.env["STREAMGATE_FUZZ_CASES"] ?? (process.env["CI"] === "true" ? 20_000 : 2000));
  return Math.ceil(all * share);
}

/** For `t.timeout`: so many cases take longer than ava by itself waits for any test to end. */
export const FUZZ_MILLISECONDS = 30 * 60_000;
