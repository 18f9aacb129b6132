import test from "ava";
import fc from "fast-check";
import {
  cidrListRule,
  type ResourcePolicySource,
  policyListsRule,
  resourcePolicy,
} from "../../components/api/resource-policy.ts";
import { checkArgument } from "../../components/argument-rule.ts";
import { bucketComponentNameRule, chatNameRule, roleNameRule } from "../../components/component-name.ts";
import { apiNameRule } from "../../components/api/api-name.ts";
import { environmentRule } from "../../components/function/environment-size.ts";
import { tagRule } from "../../components/tags.ts";

/** What Pulumi puts behind a component's name. */
const made = (name: string) => `${name}-1a2b3c4`;

/** Names that a rule takes, among many. */
function takenNames(accepts: (name: string) => boolean): string[] {
  const character = fc.constantFrom(..."abzAZ09-_.");
  const name = fc.oneof(
    fc.constantFrom("sg", "internal", "sthree", "amzn-s3-demo", "sg-a", "internal-b", "xn--c", "Aa"),
    fc.string({ unit: character, minLength: 1, maxLength: 70 }),
    fc.integer({ min: 1, max: 80 }).map((length) => "a".repeat(length)),
  );
  const taken = fc.sample(name, { numRuns: 2000, seed: 1 }).filter(accepts);
  return [...new Set(taken)];
}

for (const [what, rule, derived] of [
  ["a function's or a role's", roleNameRule, /^[A-Za-z0-9-]{1,64}$/],
  ["an API's", apiNameRule, /^[A-Za-z0-9-]{1,53}$/],
  ["a chat service's for a load balancer", chatNameRule, /^(?!internal-|sg-)[A-Za-z0-9-]{1,32}$/],
  ["a chat service's for a repository", chatNameRule, /^[a-z0-9]+(?:-[a-z0-9]+)*$/],
] as const) {
  test(`names that are taken for ${what} make names that AWS takes`, (t) => {
    const names = takenNames(rule.accepts);
    t.true(names.length > 20);
    for (const name of names) t.regex(made(name), derived);
  });
}

test("names that are taken for a bucket make names that S3 takes", (t) => {
  for (const name of takenNames(bucketComponentNameRule.accepts)) {
    t.regex(made(name).toLowerCase(), /^(?!xn--|sthree-|amzn-s3-demo-)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  }
});

test("a list of blocks that is taken leaves room for the rest of the policy", (t) => {
  const blocks = Array.from(
    { length: 500 },
    (_, index) => `200.100.${100 + (index % 100)}.${100 + index}/32`,
  );
  const most = blocks.findIndex((_, index) => !cidrListRule.accepts(blocks.slice(0, index + 1)));
  t.true(most > 200);
  const stored = storedBytes({ allowedCidrs: blocks.slice(0, most), allowedPrincipals: [] });
  t.true(stored <= 8192, `${stored}`);
  t.false(cidrListRule.accepts(blocks));
});

/** Size of a policy with these lists as API Gateway stores it. */
function storedBytes(lists: Pick<ResourcePolicySource, "allowedCidrs" | "allowedPrincipals">): number {
  const policy = resourcePolicy({
    auth: "iam",
    ...lists,
    publicRoutes: [
      { method: "GET", segments: ["health"] },
      { method: "HEAD", segments: ["health"] },
      { method: "OPTIONS", segments: ["*"] },
    ],
    executionArn: "arn:aws-us-gov:execute-api:ap-southeast-2:123456789012:abcdefghij",
  });
  return Buffer.byteLength(JSON.stringify(JSON.stringify(policy)).replaceAll("/", "\\/"));
}

for (const [what, principal] of [
  ["accounts", (index: number) => `${100_000_000_000 + index}`],
  ["roles", (index: number) => `arn:aws-us-gov:iam::123456789012:role/a/b/c/${index}`],
] as const) {
  test(`blocks and ${what} that are taken together leave room for the rest of the policy`, (t) => {
    const allowedCidrs = Array.from({ length: 100 }, (_, index) => `200.100.100.${100 + index}/32`);
    const principals = Array.from({ length: 200 }, (_, index) => principal(index));
    const most = principals.findIndex(
      (_, index) =>
        !policyListsRule.accepts({ allowedCidrs, allowedPrincipals: principals.slice(0, index + 1) }),
    );
    t.true(most > 50, `${most}`);
    const stored = storedBytes({ allowedCidrs, allowedPrincipals: principals.slice(0, most) });
    t.true(stored <= 8192, `${stored}`);
  });
}

test("variables of 4 KB are taken, one byte more is not, and none of them is shown", (t) => {
  const ofBytes = (bytes: number) => ({ A: "x".repeat(bytes - '{"A":""}'.length) });
  t.notThrows(() => checkArgument("environment", ofBytes(4096), environmentRule));
  t.throws(() => checkArgument("environment", ofBytes(4097), environmentRule), {
    name: "InputError",
    message:
      "environment is 4097 characters long; allowed: 4096 bytes for all variables of a function, as JSON",
  });
});

test("tags are taken by what every service takes", (t) => {
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
  for (const tags of [{}, many(48), { チーム: "ウェブ 1", "a:b/c=d+e-f@g.h_i": "" }])
    t.true(tagRule.accepts(tags));
  for (const tags of [many(49), { team: "R&D" }, { "a\tb": "" }, { a: "🙂" }, { "AWS:x": "" }, { "": "v" }])
    t.false(tagRule.accepts(tags), JSON.stringify(tags));
});
