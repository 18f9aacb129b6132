import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { observe } from "./observed-runtime.ts";
import { table } from "./table.ts";

const entry = join(import.meta.dirname, "../../.cache/ric/node_modules/aws-lambda-ric/index.mjs");

if (existsSync(join(entry, "../rapid-client.node"))) {
  for (const row of table) {
    test.serial(`aws-lambda-ric: ${row.title}`, async (t) => {
      t.deepEqual(await observe(entry, row), row.expected);
    });
  }
} else if (process.env["CI"] === undefined) {
  test.skip("aws-lambda-ric is not built: run .ci/install-ric to hold the table against it", () => {});
} else {
  test("aws-lambda-ric is built", (t) => t.fail("run .ci/install-ric first"));
}
