import { join } from "node:path";
import test from "ava";
import { nodejsRuntimeFolder } from "../../local/lambda/nodejs-runtime.ts";
import { observe } from "./observed-runtime.ts";
import { table } from "./table.ts";

for (const row of table) {
  test.serial(`bootstrap: ${row.title}`, async (t) => {
    t.deepEqual(await observe(join(nodejsRuntimeFolder, "bootstrap.mjs"), row), row.expected);
  });
}
