import test from "ava";
import { withoutResource } from "../../helpers/alter-graph.ts";
import { graphOfService } from "../../helpers/recorded-service.ts";
import { runContainers } from "../../helpers/running-containers.ts";

const bedrock = { type: "aws:ec2/vpcEndpoint:VpcEndpoint", name: "bedrock-runtime" };

test("a task is told where the services are that its network leads to", async (t) => {
  const { ask } = await runContainers(t, graphOfService());
  const { variables } = await ask("/");
  t.is(variables.AWS_ENDPOINT_URL_S3, "http://127.0.0.1:1");
  t.is(variables.AWS_ENDPOINT_URL_BEDROCK_RUNTIME, "http://127.0.0.1:2");
});

test("a service without an endpoint cannot be reached, which is logged when it is tried", async (t) => {
  const { ask, errors } = await runContainers(t, withoutResource(graphOfService(), bedrock));
  const { variables } = await ask("/");
  t.is(variables.AWS_ENDPOINT_URL_S3, "http://127.0.0.1:1");
  t.deepEqual(errors(), []);
  const blocked = variables.AWS_ENDPOINT_URL_BEDROCK_RUNTIME ?? "";
  await t.throwsAsync(fetch(blocked));
  await t.throwsAsync(fetch(blocked));
  t.deepEqual(errors(), [
    "web: a task cannot reach bedrock-runtime, because the VPC network has no endpoint for com.amazonaws.eu-central-1.bedrock-runtime",
  ]);
});
