import test from "ava";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { isInvokeAllowed } from "../../../local/lambda/resource-policy.ts";
import {
  accountId,
  callerArn,
  functionArn,
  recordedPermission,
  region,
} from "../../helpers/recorded-function.ts";

const target = { name: "probe", arn: functionArn("probe") };

const rows: [title: string, inputs: Record<string, unknown>, isAllowed: boolean][] = [
  ["an API's whole ARN under wildcards", {}, true],
  ["the function by its ARN", { function: functionArn("probe") }, true],
  ["every action", { action: "lambda:*" }, true],
  ["no source ARN", { sourceArn: undefined }, true],
  ["the exact source ARN", { sourceArn: callerArn }, true],
  ["a question mark for one character", { sourceArn: callerArn.replace("abc123", "abc12?") }, true],
  ["the account of the source", { sourceAccount: accountId }, true],
  ["another function", { function: "other" }, false],
  ["another action", { action: "lambda:GetFunction" }, false],
  ["another principal", { principal: "s3.amazonaws.com" }, false],
  ["another account of the source", { sourceAccount: "210987654321" }, false],
  ["another API", { sourceArn: `arn:aws:execute-api:${region}:${accountId}:other/*/*` }, false],
  ["another stage", { sourceArn: callerArn.replace("/dev/", "/prod/") }, false],
  ["a prefix of the source ARN", { sourceArn: callerArn.slice(0, -1) }, false],
  ["a wildcard that would have to cross a colon", { sourceArn: "arn:aws:execute-api:*/GET/download" }, false],
];

for (const [title, inputs, isAllowed] of rows) {
  test(`${title} ${isAllowed ? "lets the caller in" : "does not"}`, (t) => {
    const graph = new ResourceGraph([recordedPermission("probe", inputs)]);
    const caller = { service: "apigateway.amazonaws.com", sourceArn: callerArn };
    t.is(isInvokeAllowed(graph, target, caller), isAllowed);
  });
}

test("no permission lets no one in", (t) => {
  const caller = { service: "apigateway.amazonaws.com", sourceArn: callerArn };
  t.false(isInvokeAllowed(new ResourceGraph([]), target, caller));
});
