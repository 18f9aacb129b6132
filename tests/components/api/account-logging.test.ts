import test from "ava";
import { fixture, only, recordProgram } from "../../helpers/recorded-program.ts";

const ACCOUNT = "aws:apigateway/account:Account";
const ROLE = "aws:iam/role:Role";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const STAGE = "aws:apigateway/stage:Stage";

test.serial("the Region's logging role is made, and the stage waits until it is set", async (t) => {
  const { graph } = await recordProgram();
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

const existing = {
  [ACCOUNT]: () => ({ cloudwatchRoleArn: "arn:aws:iam::123456789012:role/of-somebody-else" }),
};

test.serial(
  "a role that the account has is taken: no account, no role, and nothing of them is said to stay",
  async (t) => {
    const { graph, outputs } = await recordProgram({ existing });
    t.deepEqual(graph.ofType(ACCOUNT), []);
    t.deepEqual(graph.ofType(ATTACHMENT), []);
    t.deepEqual(
      graph.ofType(ROLE).map(({ name }) => name),
      ["download", "lambda-chat"],
    );
    t.is(graph.ofType(STAGE).length, 1);
    t.notRegex(String(outputs.keptOnDestroy), /logging role/);
  },
);

test.serial("a role made here is said to stay", async (t) => {
  const { outputs } = await recordProgram();
  t.regex(String(outputs.keptOnDestroy), /logging role/);
});

const withoutLogging = fixture("api-without-logging");

test.serial("an API whose program has no AccountLogging takes the account's role", async (t) => {
  const { graph } = await recordProgram({ folder: withoutLogging, existing });
  t.deepEqual([...graph.ofType(ACCOUNT), ...graph.ofType(ROLE)], []);
  t.like(only(graph, STAGE).inputs.accessLogSettings, {
    destinationArn: only(graph, "aws:cloudwatch/logGroup:LogGroup", "api-access").outputs.arn,
  });
});

test.serial(
  "an API in an account without a role, in a program without AccountLogging, says so",
  async (t) => {
    const error = await t.throwsAsync(recordProgram({ folder: withoutLogging }));
    t.regex(String(error.message), /^the API "api" has an access log, .*AccountLogging\.ensure/);
  },
);

test.serial("a setting that may not be read ends the program before it makes anything", async (t) => {
  const registered: string[] = [];
  const refused = {
    [ACCOUNT]: (): never => {
      throw new Error("AccessDeniedException: apigateway:GET");
    },
  };
  const error = await t.throwsAsync(recordProgram({ existing: refused, registered }));
  t.regex(String(error.message), /AccessDeniedException: apigateway:GET/);
  t.deepEqual(registered, []);
});
