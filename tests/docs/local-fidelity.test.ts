import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { lambdaVariables } from "../../local/lambda/environment-variables.ts";
import { projectFolder } from "../helpers/recorded-program.ts";

test("every variable with another value than on AWS is listed, with what differs", (t) => {
  const text = readFileSync(join(projectFolder, "docs/local-fidelity.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)].map(([, name, difference]) => [
    name,
    difference,
  ]);
  const differing = Object.entries(lambdaVariables).flatMap(([name, { difference }]) =>
    difference === undefined ? [] : [[name, difference]],
  );
  t.deepEqual(rows, differing);
});
