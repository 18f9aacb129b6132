import { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { withInputs } from "../helpers/alter-graph.ts";
import { recordProgram } from "../helpers/recorded-program.ts";
import { recordedResource } from "../helpers/recorded-resource.ts";
import { verdict } from "./judge.ts";
import { judgedTest } from "./judged-test.ts";

/** A graph broken in one way, and what the judge has to say of it. */
interface Break {
  readonly type: string;
  readonly inputs: (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  readonly said: RegExp;
}

const policyOf = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const nested = (given: Readonly<Record<string, unknown>>, name: string) => given[name] as object;
const loadBalancer = "awsx:lb:ApplicationLoadBalancer";
const service = "awsx:ecs:FargateService";

const breaks: Readonly<Record<string, Break>> = {
  "a slash in a statementId": {
    type: "aws:lambda/permission:Permission",
    inputs: () => ({ statementId: "downloads/GET" }),
    said: /lambda:AddPermission StatementId is "downloads\/GET"; allowed: what \(\[a-zA-Z0-9-_\]\+\) matches/,
  },
  "a role policy with CJK characters": {
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs: () => ({ policy: policyOf({ Resource: "arn:aws:s3:::b/日本/*" }) }),
    said: /iam:PutRolePolicy PolicyDocument is .*日本.*; allowed: what /,
  },
  "more inline policy than a role takes": {
    type: "aws:iam/rolePolicy:RolePolicy",
    inputs: () => ({ policy: policyOf({ Resource: "a".repeat(10_241) }) }),
    said: /policy; allowed: up to 10,240 characters/,
  },
  "R&D as a tag": {
    type: "aws:apigateway/restApi:RestApi",
    inputs: () => ({ tags: { team: "R&D" } }),
    said: /tags; allowed: keys to 128 .*letters, digits, spaces/,
  },
  "51 tags": {
    type: "aws:s3/bucket:Bucket",
    inputs: () => ({
      tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, "v"])),
    }),
    said: /tags; allowed: up to 50 tags/,
  },
  "a tag of AWS's own": {
    type: "aws:lambda/function:Function",
    inputs: () => ({ tags: { "AWS:team": "web" } }),
    said: /tags; allowed: .*no key aws:/,
  },
  "a security group's name that begins like an id": {
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: () => ({ name: "sg-chat" }),
    said: /name; allowed: .*not sg-/,
  },
  "a quotation mark in a security group's description": {
    type: "aws:ec2/securityGroup:SecurityGroup",
    inputs: () => ({ description: 'the "link"' }),
    said: /description; allowed: up to 255/,
  },
  "5 KB of environment": {
    type: "aws:lambda/function:Function",
    inputs: () => ({ environment: { variables: { SYSTEM_PROMPT: "p".repeat(5000) } } }),
    said: /environment\.variables; allowed: up to 4 KB/,
  },
  "a key prefix longer than a key": {
    type: "aws:lambda/function:Function",
    inputs: () => ({ environment: { variables: { KEY_PREFIX: `${"p".repeat(1024)}/` } } }),
    said: /KEY_PREFIX; allowed: less than the 1,024 bytes/,
  },
  "a wrong enum": {
    type: "aws:apigateway/integration:Integration",
    inputs: () => ({ responseTransferMode: "STREAMING" }),
    said: /responseTransferMode is "STREAMING"; allowed: one of BUFFERED, STREAM/,
  },
  "a runtime that Lambda does not have": {
    type: "aws:lambda/function:Function",
    inputs: () => ({ runtime: "nodejs25.x" }),
    said: /Runtime is "nodejs25\.x"; allowed: one of /,
  },
  "a missing required member": {
    type: "aws:iam/role:Role",
    inputs: () => ({ assumeRolePolicy: undefined }),
    said: /AssumeRolePolicyDocument is missing; allowed: a value: it is required/,
  },
  "a target group's name of 33": {
    type: loadBalancer,
    inputs: (given) => ({
      defaultTargetGroup: { ...nested(given, "defaultTargetGroup"), name: "t".repeat(33) },
    }),
    said: /defaultTargetGroup\.name; allowed: up to 32/,
  },
  "a health check shorter than there are": {
    type: loadBalancer,
    inputs: (given) => ({
      defaultTargetGroup: { ...nested(given, "defaultTargetGroup"), healthCheck: { interval: 2 } },
    }),
    said: /elbv2:CreateTargetGroup HealthCheckIntervalSeconds is 2; allowed: from 5 to 300/,
  },
  "a number as text": {
    type: "aws:lambda/function:Function",
    inputs: () => ({ timeout: "900" }),
    said: /Timeout is "900"; allowed: a whole number/,
  },
  "a role's name of 65": {
    type: "aws:iam/role:Role",
    inputs: () => ({ name: "r".repeat(65) }),
    said: /iam:CreateRole RoleName is "r{65}"; allowed: from 1 to 64 characters/,
  },
  "a path part that API Gateway does not know": {
    type: "aws:apigateway/resource:Resource",
    inputs: () => ({ pathPart: "~me" }),
    said: /pathPart; allowed: /,
  },
  "a resource policy that is too long as API Gateway keeps it": {
    type: "aws:apigateway/restApiPolicy:RestApiPolicy",
    inputs: () => ({ policy: policyOf({ Resource: Array.from({ length: 800 }, () => "0.0.0.0/0") }) }),
    said: /policy; allowed: up to 8,192 bytes/,
  },
  "an upper-case repository": {
    type: "aws:ecr/repository:Repository",
    inputs: () => ({ name: "Chat" }),
    said: /ecr:CreateRepository repositoryName is "Chat"/,
  },
  "a log group's name with a space": {
    type: "aws:cloudwatch/logGroup:LogGroup",
    inputs: () => ({ name: "my logs" }),
    said: /logs:CreateLogGroup logGroupName is "my logs"/,
  },
  "a bucket with two dots together": {
    type: "aws:s3/bucket:Bucket",
    inputs: () => ({ bucket: "a..b" }),
    said: /bucket; allowed: 3 to 63/,
  },
  "a buffered integration that waits for longer than 29 seconds": {
    type: "aws:apigateway/integration:Integration",
    inputs: () => ({ responseTransferMode: "BUFFERED", timeoutMilliseconds: 900_000 }),
    said: /allowed: timeoutMilliseconds from 50 to 29,000/,
  },
  "a task that is stopped after more than two minutes": {
    type: service,
    inputs: (given) => {
      const task = nested(given, "taskDefinitionArgs") as { readonly container: object };
      return { taskDefinitionArgs: { ...task, container: { ...task.container, stopTimeout: 121 } } };
    },
    said: /stopTimeout; allowed: from 2 to 120/,
  },
  "a property without a row": {
    type: "aws:ecs/cluster:Cluster",
    inputs: () => ({ serviceConnectDefaults: { namespace: "chat" } }),
    said: /no row says what becomes of serviceConnectDefaults\.namespace/,
  },
};

const program = recordProgram({
  config: ["chat=true", "lambdaChat=true", 'allowedCidrs=["203.0.113.0/24"]'],
});

judgedTest("the graph that is broken is otherwise whole", async (t) => {
  t.deepEqual(verdict((await program).graph), []);
});

for (const [what, { type, inputs, said }] of Object.entries(breaks)) {
  judgedTest(`the judge names ${what}`, async (t) => {
    const problems = verdict(withInputs((await program).graph, { type }, inputs));
    t.true(problems.length > 0);
    t.true(
      problems.some((problem) => problem.startsWith(`${type} "`) && said.test(problem)),
      problems.join("\n"),
    );
  });
}

judgedTest("the judge names a type without a row", (t) => {
  const graph = new ResourceGraph([recordedResource("aws:sqs/queue:Queue", "queue", {})]);
  t.deepEqual(verdict(graph), ['aws:sqs/queue:Queue "queue": no row says which calls make it']);
});
