import test from "ava";
import type { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type Operation, type Plan, planUpdate } from "../../helpers/planned-update.ts";
import { recordPrivateChat } from "../../helpers/recorded-private-chat.ts";

const existing = {
  vpcId: "vpc-0123456789abcdef0",
  subnetIds: ["subnet-0a", "subnet-0b"],
  routeTableIds: ["rtb-0a"],
  createEndpoints: true,
};
const other = { ...existing, vpcId: "vpc-0fedcba9876543210", subnetIds: ["subnet-1a", "subnet-1b"] };
const certificate = {
  arn: "arn:aws:acm:eu-central-1:123456789012:certificate/0123",
  domain: "chat.internal.example",
};
const zones = (...letters: string[]) => ({
  availabilityZones: letters.map((letter) => `eu-central-1${letter}`),
});

const record = (args: Readonly<Record<string, unknown>>): Promise<ResourceGraph> =>
  recordPrivateChat({ args }).then(({ graph }) => graph);
const own = await record({});

/** The names of one type's resources by what becomes of them. */
function operations(plan: Plan, type: string): Readonly<Record<string, Operation>> {
  const ofType = [...plan].filter(([key]) => key.startsWith(`${type} `));
  return Object.fromEntries(ofType.map(([key, operation]) => [key.slice(type.length + 1), operation]));
}

const URL_TYPES = ["aws:apigateway/restApi:RestApi", "aws:apigateway/stage:Stage"];

/** What callers know the API by stays, and a new snapshot of it is taken. */
function keepsUrl(plan: Plan): boolean {
  const kept = URL_TYPES.flatMap((type) => Object.values(operations(plan, type)));
  return kept.length === 2 && kept.every((operation) => operation === "same" || operation === "update");
}

const another = [
  ["an own network to an existing one", {}, { network: existing }],
  ["an existing network to an own one", { network: existing }, {}],
  ["an existing network to another", { network: existing }, { network: other }],
  ["the first two zones", { network: zones("a", "b") }, { network: zones("b", "c") }],
] as const;

for (const [what, before, after] of another) {
  test.serial(
    `from ${what}: all that is bound to the VPC is made anew, and the API keeps its URL`,
    async (t) => {
      const plan = planUpdate(await record(before), await record(after));
      for (const [type, name] of [
        ["aws:ec2/securityGroup:SecurityGroup", "chat-link"],
        ["aws:ec2/securityGroup:SecurityGroup", "chat-load-balancer"],
        ["aws:ec2/securityGroup:SecurityGroup", "chat-task"],
        ["aws:ec2/securityGroup:SecurityGroup", "chat-endpoint"],
        ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "chat-load-balancer-from-link"],
        ["aws:ec2/vpcEndpoint:VpcEndpoint", "chat-logs"],
        ["aws:ec2/vpcEndpoint:VpcEndpoint", "chat-s3"],
        ["aws:lb/loadBalancer:LoadBalancer", "chat"],
        ["aws:lb/targetGroup:TargetGroup", "chat"],
        ["aws:lb/listener:Listener", "chat-0"],
        ["aws:ecs/service:Service", "chat"],
        ["aws:appautoscaling/target:Target", "chat"],
        ["aws:apigatewayv2/vpcLink:VpcLink", "chat"],
        ["aws:apigateway/integration:Integration", "chat/{proxy+}/ANY"],
      ] as const) {
        t.is(plan.get(`${type} ${name}`), "replace", `${type} ${name}`);
      }
      t.true(keepsUrl(plan));
    },
  );
}

test.serial(
  "a third zone is added in place, but for the link, which another takes the place of",
  async (t) => {
    const plan = planUpdate(own, await record({ network: zones("a", "b", "c") }));
    t.is(plan.get("aws:ec2/vpc:Vpc chat-1a-1b"), "same");
    t.deepEqual(operations(plan, "aws:ec2/subnet:Subnet"), {
      "chat-1a-1b-1": "same",
      "chat-1a-1b-2": "same",
      "chat-1a-1b-3": "create",
    });
    t.is(plan.get("aws:lb/loadBalancer:LoadBalancer chat"), "update");
    t.is(plan.get("aws:ecs/service:Service chat"), "update");
    t.is(plan.get("aws:ec2/vpcEndpoint:VpcEndpoint chat-logs"), "update");
    t.is(plan.get("aws:apigatewayv2/vpcLink:VpcLink chat"), "replace");
    t.true(keepsUrl(plan));
  },
);

for (const [what, before, after] of [
  ["added", {}, { certificate }],
  ["taken away", { certificate }, {}],
] as const) {
  test.serial(`a certificate is ${what} by a second listener and its rules beside the first`, async (t) => {
    const plan = planUpdate(await record(before), await record(after));
    t.is(plan.get("aws:lb/loadBalancer:LoadBalancer chat"), "same");
    t.is(plan.get("aws:lb/listener:Listener chat-0"), "replace");
    t.deepEqual([...plan].filter(([key, value]) => value !== "same" && key.startsWith("aws:vpc/")).sort(), [
      ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-link-to-load-balancer", "replace"],
      ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule chat-load-balancer-from-link", "replace"],
    ]);
    t.true(keepsUrl(plan));
  });
}

test.serial("another certificate for the name is changed in place, and nothing else is", async (t) => {
  const renewed = { ...certificate, arn: certificate.arn.replace("0123", "4567") };
  const plan = planUpdate(await record({ certificate }), await record({ certificate: renewed }));
  t.deepEqual(
    [...plan].filter(([, value]) => value !== "same"),
    [["aws:lb/listener:Listener chat-0", "update"]],
  );
});

test.serial("a rule never changes what kind of peer it has, which EC2 refuses", async (t) => {
  const without = { network: { ...existing, createEndpoints: false } };
  const plan = planUpdate(await record({ network: existing }), await record(without));
  t.deepEqual(
    [...plan].filter(([key, value]) => value !== "same" && key.includes("EgressRule")),
    [
      ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-task-to-vpc", "create"],
      ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule chat-task-to-endpoint", "delete"],
    ],
  );
});

for (const [what, args] of [
  ["processor", { architecture: "x86_64" }],
  ["size", { cpu: 1024, memoryMiB: 2048 }],
  ["model", { model: "eu.anthropic.claude-haiku-4-5-20251001-v1:0" }],
  ["number of tasks", { minTasks: 3, maxTasks: 30 }],
  ["throttle", { throttle: { ratePerSecond: 1, burst: 1 } }],
  ["address list", { allowedCidrs: ["2001:db8::/32"] }],
  ["list of origins", { corsOrigins: ["https://a.example", "https://b.example"] }],
  ["way in", { auth: "iam" }],
  ["retention", { logRetentionDays: 90 }],
] as const) {
  test.serial(`another ${what} leaves the network and the API's URL`, async (t) => {
    const plan = planUpdate(own, await record(args));
    const network = /^aws:(ec2|lb|apigatewayv2|vpc)\//;
    t.deepEqual(
      [...plan].filter(([key, value]) => value === "replace" && network.test(key)),
      [],
    );
    t.true(keepsUrl(plan));
  });
}

test("an integration goes before its replacement comes, as both have one place", (t) => {
  const integrations = own.ofType("aws:apigateway/integration:Integration");
  t.true(integrations.length > 3);
  for (const { deleteBeforeReplace, name } of integrations) t.true(deleteBeforeReplace, name);
});
