import test from "ava";
import type { ProviderFunction } from "../../local/program/run-program.ts";
import { simulatedFunctions } from "../../local/program/simulated-functions.ts";
import { byName, fixture, recordProgram } from "../helpers/recorded-program.ts";

const regions = ["eu-west-1", "us-east-1"];
const ACCOUNT_ID = "123456789012";

/** What was asked, and of which provider. */
const asked: { readonly token: string; readonly provider: string }[] = [];

/** Answers as the Region of the provider that is asked; the default provider's is neither of the program's. */
function answering(token: string): ProviderFunction {
  return (inputs, provider) => {
    asked.push({ token, provider });
    const region = regions.find((name) => provider.includes(`::${name}::`)) ?? "ap-south-1";
    const answer = simulatedFunctions(region, ACCOUNT_ID)[token];
    if (answer === undefined) throw new Error(`${token} is not simulated`);
    return answer(inputs);
  };
}

const { graph, outputs } = await recordProgram({
  folder: fixture("two-regions"),
  functions: Object.fromEntries(
    Object.keys(simulatedFunctions("", ACCOUNT_ID)).map((token) => [token, answering(token)]),
  ),
  existing: { "aws:apigateway/account:Account": () => ({ cloudwatchRoleArn: "arn:aws:iam::1:role/logs" }) },
});

test("nothing asks the default provider", (t) => {
  t.true(asked.length > 40);
  t.deepEqual(
    asked.filter(({ provider }) => !regions.some((region) => provider.includes(`::${region}::`))),
    [],
  );
});

test("each provider function is asked in both Regions alike", (t) => {
  const inRegion = (region: string) =>
    asked
      .filter(({ provider }) => provider.includes(`::${region}::`))
      .map(({ token }) => token)
      .sort();
  t.deepEqual(inRegion("eu-west-1"), inRegion("us-east-1"));
});

test("policies and layers name the Region their component's provider works in, whichever way it is given", (t) => {
  const policies = byName(graph, "aws:iam/rolePolicy:RolePolicy");
  const functions = byName(graph, "aws:lambda/function:Function");
  for (const region of regions) {
    for (const way of ["one", "list", "map", "parent"]) {
      const policy = String(policies[`${region}-chat-${way}`]?.inputs.policy);
      t.true(policy.includes(`arn:aws:bedrock:${region}:${ACCOUNT_ID}:guardrail/g1`), policy);
      t.false(policy.includes("ap-south-1"), policy);
      t.true(String(functions[`${region}-python-${way}`]?.inputs.layers).includes(`:${region}:`));
    }
  }
});

test("the zones for VPC links are those of the provider's Region", (t) => {
  t.deepEqual(outputs.zones, {
    "eu-west-1": ["eu-west-1a", "eu-west-1b"],
    "us-east-1": ["us-east-1a", "us-east-1b"],
  });
});
