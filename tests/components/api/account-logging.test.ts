import test from "ava";
import { only, recordProgram } from "../../helpers/recorded-program.ts";

const ACCOUNT = "aws:apigateway/account:Account";
const ROLE = "aws:iam/role:Role";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const STAGE = "aws:apigateway/stage:Stage";

test.serial("the Region's logging role is made, and the stage waits until it is set", async (t) => {
  const { graph } = await recordProgram({ config: ["accountLogging=create"] });
  const [account, role, attachment] = [
    only(graph, ACCOUNT),
    only(graph, ROLE, "account-logging"),
    only(graph, ATTACHMENT),
  ];
  t.deepEqual(account.inputs, { cloudwatchRoleArn: role.outputs.arn });
  t.like(role.inputs.assumeRolePolicy, {
    Statement: [
      { Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "apigateway.amazonaws.com" } },
    ],
  });
  t.deepEqual(attachment.inputs, {
    role: role.outputs.name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
  });
  t.true(graph.dependsOn(account, attachment));
  t.true(graph.dependsOn(only(graph, STAGE), account));
});

test.serial("the account setting and everything it stands on survive a destroy", async (t) => {
  const { graph } = await recordProgram({ config: ["onDestroy=deleteEverything"] });
  for (const resource of [
    only(graph, ACCOUNT),
    only(graph, ROLE, "account-logging"),
    only(graph, ATTACHMENT),
  ]) {
    t.true(resource.retainOnDelete, resource.type);
  }
});

test.serial("the managed policy is the one of the partition", async (t) => {
  const { graph } = await recordProgram({ partition: "aws-cn" });
  t.is(
    only(graph, ATTACHMENT).inputs.policyArn,
    "arn:aws-cn:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
  );
});

test.serial("an existing setting is left alone: no account, no role", async (t) => {
  const { graph } = await recordProgram({ config: ["accountLogging=existing"] });
  t.deepEqual(graph.ofType(ACCOUNT), []);
  t.deepEqual(graph.ofType(ATTACHMENT), []);
  t.deepEqual(
    graph.ofType(ROLE).map(({ name }) => name),
    ["download", "lambda-chat"],
  );
  t.is(graph.ofType(STAGE).length, 1);
});
