import test from "ava";
import { only, recordProgram } from "../../helpers/recorded-program.ts";

const program = await recordProgram({
  config: ["quotaPerDay=1000", "throttleRatePerSecond=7", "throttleBurst=9", "stage=v1"],
});
const { graph, outputs, secretOutputs } = program;
const apiKey = only(graph, "aws:apigateway/apiKey:ApiKey");
const usagePlan = only(graph, "aws:apigateway/usagePlan:UsagePlan");

test("the usage plan opens the stage, with a throttle and a daily quota for each key", (t) => {
  t.deepEqual(usagePlan.inputs, {
    apiStages: [{ apiId: only(graph, "aws:apigateway/restApi:RestApi").id, stage: "v1" }],
    throttleSettings: { rateLimit: 7, burstLimit: 9 },
    quotaSettings: { limit: 1000, period: "DAY" },
    tags: {},
  });
});

test("the usage plan waits for the stage, which it names by its name alone", (t) => {
  t.true(graph.dependsOn(usagePlan, only(graph, "aws:apigateway/stage:Stage")));
});

test("the key belongs to the usage plan", (t) => {
  t.deepEqual(only(graph, "aws:apigateway/usagePlanKey:UsagePlanKey").inputs, {
    keyId: apiKey.id,
    keyType: "API_KEY",
    usagePlanId: usagePlan.id,
  });
});

test("the key's value is made by API Gateway, and its output is a secret", (t) => {
  t.false("value" in apiKey.inputs);
  t.is(outputs.apiKey, apiKey.outputs.value);
  t.deepEqual(secretOutputs, ["apiKey"]);
});
