import test from "ava";
import { keptOnDestroy } from "../../../components/config/kept-on-destroy.ts";

const role =
  "The Region's API Gateway logging role and the account setting that names it: other APIs use them too.";
const ownBucket = "The bucket with its objects and its settings.";
const theirBucket = "Bucket files with its objects: it is not part of this stack.";

for (const [bucket, onDestroy, accountLogging, kept] of [
  ["", "keepData", "create", [ownBucket, role]],
  ["", "keepData", "existing", [ownBucket]],
  ["", "deleteEverything", "create", [role]],
  ["", "deleteEverything", "existing", []],
  ["files", "keepData", "create", [theirBucket, role]],
  ["files", "deleteEverything", "existing", [theirBucket]],
] as const) {
  test(`destroying with bucket "${bucket}", ${onDestroy} and ${accountLogging} leaves ${kept.length} things`, (t) => {
    t.deepEqual(keptOnDestroy({ bucket, onDestroy, accountLogging }), [...kept]);
  });
}
