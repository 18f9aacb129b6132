import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { byName, only } from "../../helpers/recorded-program.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const VPC = "awsx:ec2:Vpc";
const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";

const existing = {
  vpcId: "vpc-0123456789abcdef0",
  subnetIds: ["subnet-0a", "subnet-0b"],
  routeTableIds: ["rtb-0a"],
  createEndpoints: true,
};
const functions = {
  "aws:ec2/getVpc:getVpc": ({ id }: Readonly<Record<string, unknown>>) => ({ id, cidrBlock: "10.7.0.0/16" }),
};

const { graph } = await recordPrivateChat();

function policyOf(from: ResourceGraph, name: string): unknown[] {
  const { policy } = only(from, ENDPOINT, name).inputs;
  return (JSON.parse(String(policy)) as { Statement: unknown[] }).Statement;
}

/** What a role may do, as its policy says it. */
function roleStatements(from: ResourceGraph, name: string): Record<string, unknown>[] {
  const { policy } = only(from, "aws:iam/rolePolicy:RolePolicy", name).inputs;
  return (JSON.parse(String(policy)) as { Statement: Record<string, unknown>[] }).Statement;
}

const forAnyone = (statements: readonly Record<string, unknown>[]) =>
  statements.map((statement) => ({ ...statement, Principal: "*" }));

/** The same, for credentials of this account alone. */
const forAccount = (statements: readonly Record<string, unknown>[]) =>
  forAnyone(statements).map((statement: Record<string, unknown>) => {
    const condition = (statement.Condition ?? {}) as { StringEquals?: object };
    const StringEquals = { ...condition.StringEquals, "aws:PrincipalAccount": "123456789012" };
    return { ...statement, Condition: { ...condition, StringEquals } };
  });

test("a new network has one isolated subnet a zone, and each zone's addresses stay when another is added", (t) => {
  t.deepEqual(only(graph, VPC).inputs, {
    cidrBlock: "10.0.0.0/16",
    availabilityZoneNames: ["eu-central-1a", "eu-central-1b"],
    availabilityZoneCidrMask: 20,
    subnetStrategy: "Auto",
    subnetSpecs: [{ type: "Isolated" }],
    natGateways: { strategy: "None" },
    enableDnsSupport: true,
    enableDnsHostnames: true,
    tags: { team: "web" },
  });
});

test("the group that AWS makes with the network lets nothing through", (t) => {
  t.deepEqual(only(graph, DEFAULT_GROUP).inputs, {
    vpcId: only(graph, VPC).outputs.vpcId,
    tags: { team: "web" },
  });
});

test.serial("a network has the addresses that are asked for, a sixteenth in each zone", async (t) => {
  const availabilityZones = ["eu-central-1a", "eu-central-1b"];
  const { graph } = await recordPrivateChat({
    args: { network: { availabilityZones, cidrBlock: "172.31.4.0/22" } },
  });
  t.like(only(graph, VPC).inputs, { cidrBlock: "172.31.4.0/22", availabilityZoneCidrMask: 26 });
  const subnets = only(graph, VPC).outputs.isolatedSubnets as { cidrBlock: string }[];
  t.deepEqual(
    subnets.map(({ cidrBlock }) => cidrBlock),
    ["172.31.4.0/26", "172.31.4.64/26"],
  );
});

for (const service of ["ecr.api", "ecr.dkr", "logs", "bedrock-runtime"]) {
  test(`${service} has an interface in every subnet, under AWS's own name`, (t) => {
    const { policy, ...inputs } = only(graph, ENDPOINT, `chat-${service}`).inputs;
    t.is(typeof policy, "string");
    t.deepEqual(inputs, {
      vpcId: only(graph, VPC).outputs.vpcId,
      serviceName: `com.amazonaws.eu-central-1.${service}`,
      vpcEndpointType: "Interface",
      subnetIds: only(graph, VPC).outputs.isolatedSubnetIds,
      securityGroupIds: [only(graph, GROUP, "chat-endpoint").id],
      privateDnsEnabled: true,
      tags: { team: "web" },
    });
  });
}

test("S3 is a route in every subnet's table", (t) => {
  const { policy, ...inputs } = only(graph, ENDPOINT, "chat-s3").inputs;
  t.is(typeof policy, "string");
  t.deepEqual(inputs, {
    vpcId: only(graph, VPC).outputs.vpcId,
    serviceName: "com.amazonaws.eu-central-1.s3",
    vpcEndpointType: "Gateway",
    routeTableIds: (only(graph, VPC).outputs.routeTables as { id: string }[]).map(({ id }) => id),
    tags: { team: "web" },
  });
});

test("images are pulled from one repository, through both of ECR's endpoints, with the execution role alone", (t) => {
  const { arn } = only(graph, "aws:ecr/repository:Repository").outputs;
  const pull = [
    { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      Resource: arn,
    },
  ];
  t.deepEqual(policyOf(graph, "chat-ecr.api"), forAccount(pull));
  t.deepEqual(policyOf(graph, "chat-ecr.dkr"), forAccount(pull));
  t.deepEqual(roleStatements(graph, "chat-execution").slice(0, 2), pull);
});

test("logs are written to one group, through the endpoint, with the execution role alone", (t) => {
  const write = {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${String(only(graph, "aws:cloudwatch/logGroup:LogGroup", "chat").outputs.arn)}:*`,
  };
  t.deepEqual(policyOf(graph, "chat-logs"), forAccount([write]));
  t.deepEqual(roleStatements(graph, "chat-execution").slice(2), [write]);
});

test("through Bedrock's endpoint passes what the task's role may do there, and nothing else", (t) => {
  const ofTask = roleStatements(graph, "chat-task").filter(({ Action }) =>
    String(Action).startsWith("bedrock:"),
  );
  t.deepEqual(policyOf(graph, "chat-bedrock-runtime"), forAccount(ofTask));
  t.deepEqual(
    ofTask.map(({ Resource }) => Resource),
    [
      `arn:aws:bedrock:eu-central-1:123456789012:inference-profile/global.${HAIKU}`,
      `arn:aws:bedrock:eu-central-1::foundation-model/${HAIKU}`,
      `arn:aws:bedrock:::foundation-model/${HAIKU}`,
    ],
  );
});

const layers = {
  Effect: "Allow",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/*",
};

test("through S3's endpoint pass the image's layers, and what the task's role may read", (t) => {
  const ofTask = roleStatements(graph, "chat-task").filter(({ Action }) => String(Action).startsWith("s3:"));
  t.deepEqual(policyOf(graph, "chat-s3"), [...forAnyone([layers]), ...forAccount(ofTask)]);
  const bucketArn = String(only(graph, "aws:s3/bucket:Bucket").outputs.arn);
  t.deepEqual(
    ofTask.map(({ Resource }) => Resource),
    [`${bucketArn}/public/*`, bucketArn],
  );
});

test.serial("without downloads neither role nor endpoint leads to any bucket but ECR's", async (t) => {
  const { graph } = await recordPrivateChat({ downloads: false });
  t.deepEqual(policyOf(graph, "chat-s3"), forAnyone([layers]));
  t.false(roleStatements(graph, "chat-task").some(({ Action }) => String(Action).startsWith("s3:")));
});

test.serial("in another partition the ARNs are that partition's", async (t) => {
  const { graph } = await recordPrivateChat({ partition: "aws-us-gov" });
  t.deepEqual(policyOf(graph, "chat-s3").slice(0, 1), [
    { ...layers, Resource: layers.Resource.replace("arn:aws:", "arn:aws-us-gov:"), Principal: "*" },
  ]);
});

test.serial("an existing network gets endpoints and groups, and nothing else in it is touched", async (t) => {
  const { graph } = await recordPrivateChat({ args: { network: existing } });
  t.deepEqual([...graph.ofType(VPC), ...graph.ofType(DEFAULT_GROUP)], []);
  t.is(graph.ofType(ENDPOINT).length, 5);
  t.deepEqual(only(graph, ENDPOINT, "chat-s3").inputs.routeTableIds, ["rtb-0a"]);
  t.deepEqual(only(graph, ENDPOINT, "chat-logs").inputs.subnetIds, existing.subnetIds);
  for (const { inputs } of [...graph.ofType(ENDPOINT), ...graph.ofType(GROUP)])
    t.is(inputs.vpcId, existing.vpcId);
});

test.serial("where the network has endpoints, tasks reach its addresses on port 443, and S3", async (t) => {
  const { graph } = await recordPrivateChat({
    args: { network: { ...existing, routeTableIds: [], createEndpoints: false } },
    functions,
  });
  t.deepEqual(graph.ofType(ENDPOINT), []);
  t.deepEqual(Object.keys(byName(graph, GROUP)).sort(), ["chat-link", "chat-load-balancer", "chat-task"]);
  t.deepEqual(only(graph, EGRESS, "chat-task-to-vpc").inputs, {
    securityGroupId: only(graph, GROUP, "chat-task").id,
    cidrIpv4: "10.7.0.0/16",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    description: "TCP 443 from task to vpc",
    tags: { team: "web" },
  });
  t.deepEqual(Object.keys(byName(graph, EGRESS)).sort(), [
    "chat-link-to-load-balancer",
    "chat-load-balancer-to-task",
    "chat-task-to-s3",
    "chat-task-to-vpc",
  ]);
});

test("EC2 takes the descriptions of the groups and their rules, and each has one", (t) => {
  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
  for (const { inputs } of [GROUP, EGRESS, INGRESS].flatMap((type) => graph.ofType(type)))
    t.regex(String(inputs.description), /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
});
