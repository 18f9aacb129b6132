import test from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";
import { ResourceGraph, type RecordedResource } from "../../../local/graph/resource-graph.ts";
import { Authorizer } from "../../../local/iam/authorizer.ts";
import { recordedResource } from "../../helpers/recorded-resource.ts";
import { ROLE_ARN } from "../../helpers/running-s3.ts";

const allow = JSON.stringify({ Statement: { Effect: "Allow", Action: "s3:GetObject", Resource: "*" } });
const deny = JSON.stringify({ Statement: { Effect: "Deny", Action: "s3:GetObject", Resource: "*" } });
const role = (inputs: Record<string, unknown> = {}) =>
  recordedResource("aws:iam/role:Role", "reader", inputs, { name: "reader-1a2b3c", arn: ROLE_ARN });
const rolePolicy = (roleName: string, policy: unknown = allow) =>
  recordedResource("aws:iam/rolePolicy:RolePolicy", "objects", { role: roleName, policy });
const policy = recordedResource(
  "aws:iam/policy:Policy",
  "shared",
  { policy: allow },
  { arn: "arn:aws:iam::1:policy/shared" },
);
const attachment = (policyArn: string) =>
  recordedResource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", {
    role: "reader-1a2b3c",
    policyArn,
  });

const request = { action: "s3:GetObject", resourceArn: "arn:aws:s3:::files/a", context: {} };
const caller = { kind: "role", roleArn: ROLE_ARN } as const;

function isAllowed(...resources: RecordedResource[]): boolean {
  return new Authorizer(new ResourceGraph(resources), new CloudLog()).decide(caller, request).allowed;
}

test("a role policy counts for the role it names, by name or id", (t) => {
  t.true(isAllowed(role(), rolePolicy("reader-1a2b3c")));
  t.true(isAllowed(role(), rolePolicy("reader")));
  t.true(isAllowed(role(), rolePolicy("reader", JSON.parse(allow))));
  t.false(isAllowed(role(), rolePolicy("writer")));
  t.false(isAllowed(rolePolicy("reader")), "without its role");
});

test("inline policies count", (t) => {
  t.true(isAllowed(role({ inlinePolicies: [{ name: "objects", policy: allow }] })));
  t.false(isAllowed(role({ inlinePolicies: [{ name: "objects", policy: deny }] }), rolePolicy("reader")));
});

test("a policy of the program counts once it is attached", (t) => {
  t.false(isAllowed(role(), policy));
  t.true(isAllowed(role(), policy, attachment("arn:aws:iam::1:policy/shared")));
  t.true(isAllowed(role({ managedPolicyArns: ["arn:aws:iam::1:policy/shared"] }), policy));
});

test("a policy that AWS manages grants nothing, and is warned about once", (t) => {
  const log = new CloudLog();
  const arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
  const authorizer = new Authorizer(new ResourceGraph([role(), attachment(arn)]), log);
  t.false(authorizer.decide(caller, request).allowed);
  t.false(authorizer.decide({ kind: "role", roleArn: ROLE_ARN }, request).allowed);
  t.deepEqual(log.entries, [
    {
      level: "warning",
      source: "iam",
      message: `The managed policy ${arn} is not part of the program, so it grants nothing locally.`,
    },
  ]);
});

test("a role under a permissions boundary may do nothing, as the boundary is not simulated", (t) => {
  const bounded = role({ permissionsBoundary: "arn:aws:iam::1:policy/boundary" });
  t.false(isAllowed(bounded, rolePolicy("reader")));
});

test("the developer may do anything", (t) => {
  const authorizer = new Authorizer(new ResourceGraph([]), new CloudLog());
  t.true(authorizer.decide({ kind: "developer" }, request).allowed);
});
