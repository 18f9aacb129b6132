import test, { type ImplementationFn } from "ava";

/** A test of its own title and body. */
export type Test = (title: string, implementation: ImplementationFn<[]>) => void;

/**
 * A test of something that is not on every machine: skipped where it is not, never in CI.
 *
 * @param installers What brings it. Format: `.ci/install-python`.
 */
export function testNeeding(isThere: boolean, installers: string): Test {
  if (isThere || process.env.CI === "true") return test.serial;
  return (title, implementation) => {
    console.log(`skipped, as it needs ${installers}: ${title}`);
    test.serial.skip(title, implementation);
  };
}
