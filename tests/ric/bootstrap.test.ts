import { join } from "node:path";
import test from "ava";
import { runtimeFolder } from "../../local/lambda/function-process.ts";
import { observe } from "./observed-runtime.ts";
import { table } from "./table.ts";

for (const row of table) {
  test.serial(`bootstrap: ${row.title}`, async (t) => {
    t.deepEqual(await observe(join(runtimeFolder, "bootstrap.mjs"), row), row.expected);
  });
}
