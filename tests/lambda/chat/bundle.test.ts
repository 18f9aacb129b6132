import test from "ava";
import { shippedCode } from "../../helpers/shipped-code.ts";

const LARGEST_BUNDLE_BYTES = 64 * 1024;

test("the function bundles into one small file that needs nothing but Node and the AWS SDK", async (t) => {
  const { bytes, packages } = await shippedCode("lambda/chat/index.ts");
  t.deepEqual(packages, ["@aws-sdk/client-bedrock-runtime"]);
  t.true(bytes < LARGEST_BUNDLE_BYTES);
});
