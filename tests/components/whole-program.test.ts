import test from "ava";
import type { ResourceGraph } from "../../local/graph/resource-graph.ts";
import { fixture, only, recordProgram } from "../helpers/recorded-program.ts";

/** Every resource type of the program that AWS can tag. */
const taggable = [
  "aws:apigateway/apiKey:ApiKey",
  "aws:apigateway/restApi:RestApi",
  "aws:apigateway/stage:Stage",
  "aws:apigateway/usagePlan:UsagePlan",
  "aws:apigatewayv2/vpcLink:VpcLink",
  "aws:appautoscaling/target:Target",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/repository:Repository",
  "aws:ecs/cluster:Cluster",
  "aws:iam/role:Role",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "awsx:ec2:Vpc",
  "awsx:ecs:FargateService",
  "awsx:lb:ApplicationLoadBalancer",
];

test.serial("every resource that can carry tags carries them", async (t) => {
  const { graph } = await recordProgram({ config: ["chat=true", 'tags=["team=web","cost=42"]'] });
  for (const type of taggable) {
    t.not(graph.ofType(type).length, 0, type);
    for (const { inputs, name } of graph.ofType(type)) {
      t.deepEqual(inputs.tags, { team: "web", cost: "42" }, `${type} ${name}`);
    }
  }
  t.deepEqual(
    graph.resources.filter(({ type, inputs }) => !taggable.includes(type) && "tags" in inputs),
    [],
  );
});

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
}

/** Of an image repository; called a policy too, and about no permission. */
function isLifecyclePolicy(policy: unknown): boolean {
  return typeof policy === "string" && policy.startsWith('{"rules"');
}

function policyStatements(graph: ResourceGraph): Statement[] {
  return graph.resources
    .flatMap(({ inputs }) => [inputs.policy, inputs.assumeRolePolicy])
    .filter((policy) => policy !== undefined)
    .filter((policy) => !isLifecyclePolicy(policy))
    .flatMap((policy) => {
      const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as {
        Statement: Statement[];
      };
      return document.Statement;
    });
}

test.serial("no policy of the program names every resource, or allows every action", async (t) => {
  const { graph } = await recordProgram({ config: ["keyPrefix=public/", "lambdaChat=true", "chat=true"] });
  const statements = policyStatements(graph);
  t.true(statements.length > 20);
  const forEverything = statements.filter(({ Resource = [] }) =>
    [Resource].flat().some((resource) => /^(\*|arn:[^:]*:[^:]*:\*)$/.test(resource)),
  );
  // The one action of all these that knows no resource.
  t.deepEqual([...new Set(forEverything.flatMap(({ Action }) => Action))], ["ecr:GetAuthorizationToken"]);
  t.deepEqual(
    statements.filter(({ Effect, Action }) => Effect === "Allow" && [Action].flat().join().includes("*")),
    [],
  );
});

/** Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const policyCharacters = /^[\t\n\r\u0020-\u00ff]+$/;

test.serial(
  "a prefix in any script leaves policies that AWS takes, as they are and as the provider rewrites them",
  async (t) => {
    const { graph } = await recordProgram({ config: ["keyPrefix=日本/é/", "lambdaChat=true", "chat=true"] });
    const policies = graph.resources
      .flatMap(({ inputs }) => [inputs.policy])
      .filter((policy) => typeof policy === "string");
    t.true(policies.length > 8);
    for (const policy of policies) {
      t.regex(policy, /^[ -~]+$/);
      // The provider parses a role's policy and writes it again, without escapes.
      t.regex(JSON.stringify(JSON.parse(policy)), policyCharacters);
    }
    const { policy } = only(graph, "aws:iam/rolePolicy:RolePolicy", "download").inputs;
    t.true(String(policy).includes("/*/\\u00e9/*"), String(policy));
  },
);

test.serial("what Pulumi keeps secret is nowhere in the clear", async (t) => {
  const { graph, outputs, secretOutputs } = await recordProgram({
    config: ["lambdaChat=true", "chat=true", "apiKeyGenerations=[1,2]"],
  });
  const secrets = graph.resources.flatMap(({ outputs, secretProperties }) =>
    secretProperties.map((name) => outputs[name]).filter((value) => typeof value === "string"),
  );
  // Two keys, each where it is made and where it joins the usage plan.
  t.is(secrets.length, 4);
  t.is(new Set(secrets).size, 2);
  const inTheClear = [
    ...graph.resources.flatMap(({ urn, inputs, outputs, secretProperties }) =>
      Object.entries({ ...outputs, ...inputs })
        .filter(([name]) => !secretProperties.includes(name))
        .map(([name, value]) => ({ place: `${urn} ${name}`, value })),
    ),
    ...Object.entries(outputs)
      .filter(([name]) => !secretOutputs.includes(name))
      .map(([name, value]) => ({ place: `output ${name}`, value })),
  ];
  t.true(inTheClear.length > 500);
  for (const { place, value } of inTheClear) {
    const text = String(JSON.stringify(value));
    t.false(
      secrets.some((secret) => text.includes(secret)),
      place,
    );
  }
});

for (const [what, config, message] of [
  [
    "a value that is not allowed",
    ["architecture=mips"],
    'streamgate:architecture is "mips"; allowed: arm64, x86_64',
  ],
  [
    "an undeclared key",
    ["keyprefix=public/"],
    "streamgate:keyprefix is not a key of this program; the nearest is streamgate:keyPrefix",
  ],
  [
    "a stage called like a route's first part",
    ["stage=download"],
    'streamgate:stage is "download"; allowed: empty, or 1 to 128 of A-Z, a-z, 0-9, - and _ but not download, download-fastapi, download-stdlib, chat, stream, health, ready, assets; empty stands for the stack\'s name, held to the same',
  ],
] as const) {
  test.serial(`${what} in the configuration stops the program before anything is registered`, async (t) => {
    const registered: string[] = [];
    await t.throwsAsync(recordProgram({ config, registered }), { name: "ProgramError", message });
    t.deepEqual(registered, []);
  });
}

test.serial("what a program registers before it fails is seen", async (t) => {
  const registered: string[] = [];
  await t.throwsAsync(
    recordProgram({ folder: fixture("route-table"), config: ["routes=not JSON"], registered }),
    { name: "ProgramError" },
  );
  t.not(registered.length, 0);
});

for (const [lambdaChat, model] of [
  [true, "amazon.nova-lite-v1:0"],
  [false, undefined],
] as const) {
  test.serial(`with lambdaChat=${lambdaChat} the model output is ${model ?? "absent"}`, async (t) => {
    const { outputs } = await recordProgram({
      config: [`lambdaChat=${lambdaChat}`, "model=amazon.nova-lite-v1:0"],
    });
    t.is(outputs.model, model);
  });
}
