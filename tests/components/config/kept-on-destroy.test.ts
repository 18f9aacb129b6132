import test from "ava";
import { keptOnDestroy } from "../../../components/config/kept-on-destroy.ts";

const role =
  "The Region's API Gateway logging role and the account setting that names it: other APIs use them too.";
const ownBucket = "The bucket with its objects and its settings.";
const theirBucket = "Bucket files with its objects: it is not part of this stack.";

for (const [bucket, onDestroy, makesLoggingRole, kept] of [
  ["", "keepData", true, [ownBucket, role]],
  ["", "keepData", false, [ownBucket]],
  ["", "deleteEverything", true, [role]],
  ["", "deleteEverything", false, []],
  ["files", "keepData", true, [theirBucket, role]],
  ["files", "deleteEverything", false, [theirBucket]],
] as const) {
  test(`destroying with bucket "${bucket}", ${onDestroy}, logging role ${makesLoggingRole}, leaves ${kept.length} things`, (t) => {
    t.deepEqual(keptOnDestroy({ bucket, onDestroy }, makesLoggingRole), [...kept]);
  });
}
