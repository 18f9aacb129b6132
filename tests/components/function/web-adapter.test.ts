import test from "ava";
import { InputError } from "../../../components/input-error.ts";
import { webAdapterLayerArn, webAdapterVariables } from "../../../components/function/web-adapter.ts";

test("the layer is the official one, of the function's Region and processor", (t) => {
  t.is(
    webAdapterLayerArn("eu-central-1", "arm64"),
    "arn:aws:lambda:eu-central-1:753240598075:layer:LambdaAdapterLayerArm64:27",
  );
  t.is(
    webAdapterLayerArn("us-east-1", "x86_64"),
    "arn:aws:lambda:us-east-1:753240598075:layer:LambdaAdapterLayerX86:27",
  );
});

for (const region of ["cn-north-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1"]) {
  test(`no layer is made up for ${region}`, (t) => {
    t.throws(() => webAdapterLayerArn(region, "arm64"), {
      instanceOf: InputError,
      message: new RegExp(region),
    });
  });
}

test("the adapter streams, and compresses nothing", (t) => {
  t.is(webAdapterVariables.AWS_LWA_INVOKE_MODE, "response_stream");
  t.false("AWS_LWA_ENABLE_COMPRESSION" in webAdapterVariables);
});
