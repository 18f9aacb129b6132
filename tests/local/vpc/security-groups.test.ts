import test from "ava";
import { type RecordedResource, ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { type NetworkParty, readSecurityGroups } from "../../../local/vpc/security-groups.ts";
import { recordedResource } from "../../helpers/recorded-resource.ts";

const group = (name: string, inputs: Readonly<Record<string, unknown>> = {}): RecordedResource =>
  recordedResource("aws:ec2/securityGroup:SecurityGroup", name, inputs);
const rule = (direction: "Ingress" | "Egress", inputs: Readonly<Record<string, unknown>>): RecordedResource =>
  recordedResource(`aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`, direction, inputs);
const olderRule = (type: string, inputs: Readonly<Record<string, unknown>>): RecordedResource =>
  recordedResource("aws:ec2/securityGroupRule:SecurityGroupRule", `older-${type}`, { type, ...inputs });

const a: NetworkParty = { kind: "groups", securityGroupIds: ["a"] };
const b: NetworkParty = { kind: "groups", securityGroupIds: ["other", "b"] };
const s3: NetworkParty = { kind: "prefixList", prefixListId: "pl-s3" };
const anywhere = { protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] };
const tcp80 = { ipProtocol: "tcp", fromPort: 80, toPort: 80 };

const refusal = (
  resources: readonly RecordedResource[],
  from: NetworkParty = a,
  to: NetworkParty = b,
  port = 80,
) => readSecurityGroups(new ResourceGraph(resources)).refusal(from, to, port);

const outOfA = rule("Egress", { securityGroupId: "a", referencedSecurityGroupId: "b", ...tcp80 });
const intoB = rule("Ingress", { securityGroupId: "b", referencedSecurityGroupId: "a", ...tcp80 });

test("a connection passes with an egress rule here and an ingress rule there", (t) => {
  t.is(refusal([group("a"), group("b"), outOfA, intoB]), undefined);
});

test("without the egress rule it is refused by name", (t) => {
  t.is(
    refusal([group("a"), group("b"), intoB]),
    "no egress rule of a (a) lets tcp 80 out to other, which the program did not make, or b (b)",
  );
});

test("without the ingress rule it is refused by name", (t) => {
  t.is(
    refusal([group("a"), group("b"), outOfA]),
    "no ingress rule of other, which the program did not make, or b (b) lets tcp 80 in from a (a)",
  );
});

test("rules of one direction do not let the other pass", (t) => {
  t.regex(String(refusal([group("a"), group("b"), outOfA, intoB], b, a)), /^no egress rule/);
});

test("the answer needs no rule of its own, and no group lets nothing pass", (t) => {
  t.regex(
    String(refusal([outOfA, intoB], { kind: "groups", securityGroupIds: [] })),
    /^no egress rule of no security group lets/,
  );
});

for (const [title, change, passes] of [
  ["another port", { fromPort: 81, toPort: 81 }, false],
  ["a range around the port", { fromPort: 1, toPort: 100 }, true],
  ["a range that begins after it", { fromPort: 81, toPort: 100 }, false],
  ["a range that ends before it", { fromPort: 1, toPort: 79 }, false],
  ["no ports", { fromPort: undefined, toPort: undefined }, false],
  ["TCP by its number", { ipProtocol: "6" }, true],
  ["UDP", { ipProtocol: "udp" }, false],
  ["every protocol", { ipProtocol: "-1", fromPort: undefined, toPort: undefined }, true],
  ["another group", { referencedSecurityGroupId: "c" }, false],
  ["every address", { referencedSecurityGroupId: undefined, cidrIpv4: "0.0.0.0/0" }, true],
  ["some addresses", { referencedSecurityGroupId: undefined, cidrIpv4: "10.0.0.0/16" }, false],
  ["a prefix list", { referencedSecurityGroupId: undefined, prefixListId: "pl-s3" }, false],
  ["nobody", { referencedSecurityGroupId: undefined }, false],
] as const) {
  test(`an ingress rule for ${title} ${passes ? "lets" : "does not let"} the connection pass`, (t) => {
    const changed = rule("Ingress", { ...intoB.inputs, ...change });
    t.is(refusal([outOfA, changed]) === undefined, passes);
  });
}

for (const [title, resources] of [
  ["inside the groups", [group("a", { egress: [anywhere] }), group("b", { ingress: [anywhere] })]],
  [
    "inside the groups, by group",
    [
      group("a", { egress: [{ protocol: "tcp", fromPort: 80, toPort: 80, securityGroups: ["b"] }] }),
      group("b", { ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, securityGroups: ["a"] }] }),
    ],
  ],
  [
    "of the older form",
    [
      olderRule("egress", { securityGroupId: "a", ...anywhere }),
      olderRule("ingress", { ...tcp80, protocol: "tcp", securityGroupId: "b", sourceSecurityGroupId: "a" }),
    ],
  ],
] as const) {
  test(`rules ${title} count`, (t) => {
    t.is(refusal(resources), undefined);
    t.regex(String(refusal(resources.slice(1))), /^no egress rule/);
    t.regex(String(refusal(resources.slice(0, 1))), /^no ingress rule/);
  });
}

test("a group lets itself in only where a rule says so", (t) => {
  const talks = { protocol: "tcp", fromPort: 80, toPort: 80, self: true };
  t.is(refusal([group("a", { ingress: [talks], egress: [talks] })], a, a), undefined);
  t.is(
    refusal(
      ["ingress", "egress"].map((type) => olderRule(type, { securityGroupId: "a", ...talks })),
      a,
      a,
    ),
    undefined,
  );
  t.regex(String(refusal([group("a", { egress: [anywhere] })], a, a)), /^no ingress rule/);
});

test("a prefix list is reached by an egress rule that names it", (t) => {
  const toS3 = rule("Egress", {
    securityGroupId: "a",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    prefixListId: "pl-s3",
  });
  t.is(refusal([toS3], a, s3, 443), undefined);
  t.is(
    refusal([group("a")], a, s3, 443),
    "no egress rule of a (a) lets tcp 443 out to the prefix list pl-s3",
  );
  t.regex(String(refusal([toS3], a, { kind: "prefixList", prefixListId: "pl-other" }, 443)), /pl-other$/);
});

test("a rule without protocol is refused on loading", (t) => {
  t.throws(() => refusal([rule("Ingress", { securityGroupId: "b" })]), {
    name: "GraphError",
    message: /ipProtocol is missing/,
  });
});
