import test from "ava";
import { functionTrustPolicy, taskTrustPolicy } from "../../../components/trust-policy.ts";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { trustRefusal } from "../../../local/iam/trust-policy.ts";
import { recordedResource } from "../../helpers/recorded-resource.ts";

const roleArn = "arn:aws:iam::123456789012:role/task";
const here = { partition: "aws", region: "eu-west-1", accountId: "123456789012" };
const tasks = "ecs-tasks.amazonaws.com";
const functions = "lambda.amazonaws.com";
const task = "arn:aws:ecs:eu-west-1:123456789012:task/chat/1";
const lambda = "arn:aws:lambda:eu-west-1:123456789012:function:download";

function refusal(assumeRolePolicy: unknown, service: string, sourceArn: string): string | undefined {
  const role = recordedResource("aws:iam/role:Role", "task", { assumeRolePolicy }, { arn: roleArn });
  return trustRefusal(new ResourceGraph([role]), roleArn, { service, sourceArn });
}

for (const [what, policy, service, sourceArn, expected] of [
  ["a task of this account", taskTrustPolicy(here), tasks, task, undefined],
  [
    "a task of another account",
    taskTrustPolicy(here),
    tasks,
    task.replace("1234", "4321"),
    /does not allow it$/,
  ],
  [
    "a task of another Region",
    taskTrustPolicy(here),
    tasks,
    task.replace("west", "north"),
    /does not allow it$/,
  ],
  [
    "another service",
    taskTrustPolicy(here),
    functions,
    lambda,
    /^the trust policy of task does not allow it$/,
  ],
  ["a function of this account", functionTrustPolicy(here), functions, lambda, undefined],
  [
    "a function of another account",
    functionTrustPolicy(here),
    functions,
    lambda.replace("1234", "4321"),
    /not allow/,
  ],
  ["what a Deny names", denied(), functions, lambda, /denies it explicitly$/],
  ["what is no policy", "{", functions, lambda, /^in the trust policy of task the policy is not JSON$/],
] as const) {
  test(`${expected === undefined ? "trusted" : "not trusted"}: ${what}`, (t) => {
    const refused = refusal(policy, service, sourceArn);
    if (expected === undefined) t.is(refused, undefined);
    else t.regex(String(refused), expected);
  });
}

function denied(): string {
  const everything = { Action: "sts:*", Principal: { Service: [functions, tasks] } };
  const Statement = ["Allow", "Deny"].map((Effect) => ({ Effect, ...everything }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}
