import test from "ava";
import { shippedCode } from "../../helpers/shipped-code.ts";

const LARGEST_BUNDLE_BYTES = 40 * 1024;

test("the function bundles into one small file that needs nothing but Node and the AWS SDK", async (t) => {
  const { bytes, packages } = await shippedCode("lambda/download/index.ts");
  t.deepEqual(packages, ["@aws-sdk/client-s3"]);
  t.true(bytes < LARGEST_BUNDLE_BYTES);
});
