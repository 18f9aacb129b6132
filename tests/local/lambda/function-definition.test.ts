import test from "ava";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { readFunctions } from "../../../local/lambda/function-definition.ts";
import { functionArn, recordedFunction } from "../../helpers/recorded-function.ts";

function define(inputs: Readonly<Record<string, unknown>> = {}) {
  return readFunctions(new ResourceGraph([recordedFunction("probe", "", inputs)]))[0];
}

test("what the program leaves out has AWS's defaults", (t) => {
  t.like(define(), {
    arn: functionArn("probe"),
    name: "probe",
    timeoutSeconds: 3,
    memoryMiB: 128,
    maxConcurrency: 1000,
    logFormat: "Text",
    logGroup: "/aws/lambda/probe",
    variables: {},
    architecture: "x86_64",
    layers: [],
  });
});

test("what the program sets is taken", (t) => {
  t.like(
    define({
      timeout: 900,
      memorySize: 512,
      reservedConcurrentExecutions: 0,
      loggingConfig: { logFormat: "JSON", logGroup: "/own" },
      environment: { variables: { A: "1" } },
      architectures: ["arm64"],
      layers: ["arn:aws:lambda:eu-central-1:1:layer:one:1"],
    }),
    {
      timeoutSeconds: 900,
      memoryMiB: 512,
      maxConcurrency: 0,
      logFormat: "JSON",
      logGroup: "/own",
      variables: { A: "1" },
      architecture: "arm64",
      layers: ["arn:aws:lambda:eu-central-1:1:layer:one:1"],
    },
  );
  t.is(define({ reservedConcurrentExecutions: -1 })?.maxConcurrency, 1000);
});

test("what cannot run here is refused by name", (t) => {
  t.throws(() => define({ runtime: "java21" }), { message: /probe has the runtime java21/ });
  t.throws(() => define({ runtime: "python3.14" }), {
    message: /probe has the runtime python3\.14 and no AWS_LAMBDA_EXEC_WRAPPER/,
  });
  t.throws(() => define({ runtime: undefined }), { message: /probe has the runtime none/ });
  t.throws(() => define({ handler: undefined }), { message: /probe has no handler/ });
  t.throws(() => define({ role: undefined }), { message: /probe has no role/ });
});
