import test from "ava";
import { evaluate, type AuthorizationRequest } from "../../../local/iam/policy-evaluation.ts";

const ROLE = "arn:aws:iam::123456789012:role/reader";
const request: AuthorizationRequest = {
  principalArn: ROLE,
  action: "s3:GetObject",
  resourceArn: "arn:aws:s3:::files/docs/a.txt",
  context: {
    "s3:prefix": "docs/a",
    "aws:SecureTransport": "true",
    "aws:PrincipalArn": ROLE,
    "s3:absent": undefined,
  },
};
const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "*" };
const deny = { ...allow, Effect: "Deny" };

/** @returns `allow`, or the reason for the denial. */
function outcome(
  statements: readonly object[],
  resourceStatements?: readonly object[],
  changes: object = {},
): string {
  const decision = evaluate(
    { ...request, ...changes },
    {
      identity: [{ origin: "role policy", document: { Version: "2012-10-17", Statement: statements } }],
      resource:
        resourceStatements?.map((Statement) => ({ origin: "bucket policy", document: { Statement } })) ?? [],
    },
  );
  return decision.allowed ? "allow" : decision.reason;
}

for (const [what, statements, expected] of [
  ["nothing", [], "implicitDeny"],
  ["the action on everything", [allow], "allow"],
  ["another action", [{ ...allow, Action: "s3:PutObject" }], "implicitDeny"],
  ["a list with the action", [{ ...allow, Action: ["s3:PutObject", "s3:GetObject"] }], "allow"],
  ["the action in other letters", [{ ...allow, Action: "S3:getobject" }], "allow"],
  ["a wildcard in the action", [{ ...allow, Action: "s3:Get*" }], "allow"],
  ["every action", [{ ...allow, Action: "*" }], "allow"],
  ["a question mark in the action", [{ ...allow, Action: "s3:?etObject" }], "allow"],
  ["a question mark for no letter", [{ ...allow, Action: "s3:GetObject?" }], "implicitDeny"],
  ["everything but another action", [{ ...allow, Action: undefined, NotAction: "s3:Put*" }], "allow"],
  ["everything but the action", [{ ...allow, Action: undefined, NotAction: "s3:Get*" }], "implicitDeny"],
  ["the object", [{ ...allow, Resource: "arn:aws:s3:::files/docs/a.txt" }], "allow"],
  ["the objects below", [{ ...allow, Resource: "arn:aws:s3:::files/*" }], "allow"],
  ["the bucket only", [{ ...allow, Resource: "arn:aws:s3:::files" }], "implicitDeny"],
  ["a dot for any letter", [{ ...allow, Resource: "arn:aws:s3:::files/docs/a?txt" }], "allow"],
  ["a letter for the dot", [{ ...allow, Resource: "arn:aws:s3:::files/docs/axtxt" }], "implicitDeny"],
  ["the object in other letters", [{ ...allow, Resource: "arn:aws:s3:::files/docs/A.txt" }], "implicitDeny"],
  [
    "all but other objects",
    [{ ...allow, Resource: undefined, NotResource: "arn:aws:s3:::files/x/*" }],
    "allow",
  ],
  [
    "all but the object",
    [{ ...allow, Resource: undefined, NotResource: "arn:aws:s3:::files/*" }],
    "implicitDeny",
  ],
  ["an Allow before a Deny", [allow, deny], "explicitDeny"],
  ["a Deny before an Allow", [deny, allow], "explicitDeny"],
  ["a Deny for another resource", [{ ...deny, Resource: "arn:aws:s3:::other/*" }, allow], "allow"],
] as const) {
  test(`a role with ${what}: ${expected}`, (t) => {
    t.is(outcome(statements), expected);
  });
}

for (const [condition, expected] of [
  [{ StringEquals: { "s3:prefix": "docs/a" } }, "allow"],
  [{ StringEquals: { "S3:Prefix": "docs/a" } }, "allow"],
  [{ StringEquals: { "s3:prefix": ["x", "docs/a"] } }, "allow"],
  [{ StringEquals: { "s3:prefix": "docs/*" } }, "implicitDeny"],
  [{ StringEquals: { "s3:prefix": "DOCS/A" } }, "implicitDeny"],
  [{ StringEqualsIgnoreCase: { "s3:prefix": "DOCS/A" } }, "allow"],
  [{ StringLike: { "s3:prefix": "docs/*" } }, "allow"],
  [{ StringLike: { "s3:prefix": ["x/*", "y/*"] } }, "implicitDeny"],
  [{ StringNotEquals: { "s3:prefix": "docs/b" } }, "allow"],
  [{ StringNotEquals: { "s3:prefix": ["docs/b", "docs/a"] } }, "implicitDeny"],
  [{ StringNotEqualsIgnoreCase: { "s3:prefix": "DOCS/A" } }, "implicitDeny"],
  [{ StringNotLike: { "s3:prefix": "docs/*" } }, "implicitDeny"],
  [{ Bool: { "aws:SecureTransport": "true" } }, "allow"],
  [{ Bool: { "aws:SecureTransport": true } }, "allow"],
  [{ Bool: { "aws:SecureTransport": "false" } }, "implicitDeny"],
  [{ ArnEquals: { "aws:PrincipalArn": ROLE } }, "allow"],
  [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/read*" } }, "allow"],
  [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam:*" } }, "implicitDeny"],
  [{ ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/read*" } }, "implicitDeny"],
  [{ ArnNotEquals: { "aws:PrincipalArn": `${ROLE}-other` } }, "allow"],
  [{ StringEquals: { "s3:absent": "x" } }, "implicitDeny"],
  [{ StringLike: { "s3:absent": "*" } }, "implicitDeny"],
  [{ Bool: { "s3:absent": "false" } }, "implicitDeny"],
  [{ StringNotEquals: { "s3:absent": "x" } }, "allow"],
  [{ StringNotLike: { "s3:absent": "*" } }, "allow"],
  [{ StringEqualsIfExists: { "s3:absent": "x" } }, "allow"],
  [{ StringEqualsIfExists: { "s3:prefix": "x" } }, "implicitDeny"],
  [{ StringNotEqualsIfExists: { "s3:prefix": "docs/a" } }, "implicitDeny"],
  [{ Null: { "s3:absent": "true" } }, "allow"],
  [{ Null: { "s3:prefix": "true" } }, "implicitDeny"],
  [{ Null: { "s3:prefix": "false" } }, "allow"],
  [{ StringEquals: { "s3:prefix": "docs/a", "aws:SecureTransport": "true" } }, "allow"],
  [{ StringEquals: { "s3:prefix": "docs/a", "aws:SecureTransport": "false" } }, "implicitDeny"],
  [{ StringLike: { "s3:prefix": "docs/*" }, Bool: { "aws:SecureTransport": "false" } }, "implicitDeny"],
  [{}, "allow"],
  [{ NumericLessThan: { "s3:prefix": "1" } }, "unsupportedPolicy"],
  [{ "ForAllValues:StringLike": { "s3:prefix": "*" } }, "unsupportedPolicy"],
  [{ StringNotEquals: { "aws:SourceVpce": "vpce-1" } }, "unsupportedPolicy"],
  [{ StringLike: { "s3:prefix": "${aws:username}/*" } }, "unsupportedPolicy"],
  [{ StringEquals: { "s3:prefix": {} } }, "unsupportedPolicy"],
] as const) {
  test(`an Allow under the condition ${JSON.stringify(condition)}: ${expected}`, (t) => {
    t.is(outcome([{ ...allow, Condition: condition }]), expected);
  });
}

test("a statement that does not concern the request may hold what is not simulated", (t) => {
  const foreign = { ...deny, Action: "logs:*", Condition: { NumericLessThan: { "x:y": "1" } } };
  t.is(outcome([foreign, allow]), "allow");
});

for (const [what, document] of [
  ["text that is not JSON", "{"],
  ["a list", []],
  ["an unknown member", { Statement: [{ ...allow, Resources: "*" }] }],
  ["NotPrincipal", { Statement: [{ ...allow, NotPrincipal: { AWS: ROLE } }] }],
  ["Principal where it has no place", { Statement: [{ ...allow, Principal: "*" }] }],
  ["an unknown effect", { Statement: [{ ...allow, Effect: "allow" }] }],
  ["no action", { Statement: [{ Effect: "Allow", Resource: "*" }] }],
  ["both Action and NotAction", { Statement: [{ ...allow, NotAction: "s3:PutObject" }] }],
  ["a policy variable", { Statement: [{ ...allow, Resource: "arn:aws:s3:::files/${aws:userid}/*" }] }],
] as const) {
  test(`a policy with ${what} lets nobody in, though another one would`, (t) => {
    const good = { origin: "good", document: { Statement: allow } };
    const decision = evaluate(request, { identity: [good, { origin: "the odd one", document }] });
    t.like(decision, { allowed: false, reason: "unsupportedPolicy" });
    t.regex("because" in decision ? decision.because : "", /^in the odd one /);
  });
}

test("a policy may be JSON text", (t) => {
  const document = JSON.stringify({ Version: "2012-10-17", Statement: allow });
  t.true(evaluate(request, { identity: [{ origin: "text", document }] }).allowed);
});

for (const [principal, forRole, forAnyone] of [
  ["*", "allow", "allow"],
  [{ AWS: "*" }, "allow", "allow"],
  [{ AWS: ROLE }, "allow", "implicitDeny"],
  [{ AWS: [`${ROLE}-other`, ROLE] }, "allow", "implicitDeny"],
  [{ AWS: `${ROLE}-other` }, "implicitDeny", "implicitDeny"],
  [{ AWS: "123456789012" }, "implicitDeny", "implicitDeny"],
  [{ AWS: "arn:aws:iam::123456789012:root" }, "implicitDeny", "implicitDeny"],
  [{ Service: "logs.amazonaws.com" }, "implicitDeny", "implicitDeny"],
  [undefined, "unsupportedPolicy", "unsupportedPolicy"],
] as const) {
  test(`a resource policy for the principal ${JSON.stringify(principal)}: role ${forRole}, anonymous ${forAnyone}`, (t) => {
    const statement = { ...allow, Principal: principal };
    t.is(outcome([], [statement]), forRole);
    t.is(outcome([], [statement], { principalArn: undefined }), forAnyone);
  });
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html */
for (const [principal, withOwnAllow] of [
  ["*", "allow"],
  [{ AWS: ROLE }, "allow"],
  [{ AWS: "123456789012" }, "allow"],
  [{ AWS: "arn:aws:iam::123456789012:root" }, "allow"],
  [{ AWS: "999999999999" }, "implicitDeny"],
  [{ AWS: `${ROLE}-other` }, "implicitDeny"],
] as const) {
  test(`a resource of another account with a policy for ${JSON.stringify(principal)}: ${withOwnAllow}, and nothing by itself`, (t) => {
    const statement = { ...allow, Principal: principal };
    const elsewhere = { resourceAccountId: "999999999999" };
    t.is(outcome([allow], [statement], elsewhere), withOwnAllow);
    t.is(outcome([], [statement], elsewhere), "implicitDeny");
    t.is(outcome([deny], [statement], elsewhere), "explicitDeny");
    t.is(
      outcome([allow], [{ ...statement, Effect: "Deny" }, statement], elsewhere),
      withOwnAllow === "allow" ? "explicitDeny" : "implicitDeny",
    );
  });
}

test("a refusal between accounts says which side is silent", (t) => {
  const own = { origin: "own", document: { Statement: allow } };
  const others = { origin: "others", document: { Statement: { ...allow, Principal: "*" } } };
  const asked = { ...request, resourceAccountId: "999999999999" };
  t.like(evaluate(asked, { identity: [own] }), { because: "no policy of the resource's account allows it" });
  t.like(evaluate(asked, { identity: [], resource: [others] }), {
    because: "no policy of the caller's account allows it",
  });
});

test("a Deny in a resource policy reaches a role by its account, and no other account's", (t) => {
  const denyTo = (AWS: string) => [{ ...deny, Principal: { AWS } }];
  t.is(outcome([allow], denyTo("arn:aws:iam::123456789012:root")), "explicitDeny");
  t.is(outcome([allow], denyTo("123456789012")), "explicitDeny");
  t.is(outcome([allow], denyTo("999999999999")), "allow");
});
