import test from "ava";
import { CloudLog } from "../../../local/logs/cloud-log.ts";
import { ResourceGraph } from "../../../local/graph/resource-graph.ts";
import { Authorizer } from "../../../local/iam/authorizer.ts";
import type { VpcEndpoint } from "../../../local/iam/caller.ts";
import { recordedResource } from "../../helpers/recorded-resource.ts";

const roleArn = "arn:aws:iam::123456789012:role/task";
const object = "arn:aws:s3:::files/a.txt";

test("a request passes an endpoint whose policy allows it", (t) => {
  t.deepEqual(decide("*", endpoint(allow("s3:GetObject", object))), { allowed: true });
});

test("an endpoint without a policy lets everything pass", (t) => {
  t.deepEqual(decide("*", { id: "vpce-1", policy: undefined }), { allowed: true });
});

test("what an endpoint's policy leaves out does not pass, whatever the role may do", (t) => {
  t.like(decide("*", endpoint(allow("s3:GetObject", "arn:aws:s3:::other/*"))), {
    allowed: false,
    reason: "implicitDeny",
    because: "at VPC endpoint vpce-1 no policy allows it",
  });
});

test("what the role may not do is denied, whatever the endpoint's policy allows", (t) => {
  t.like(decide("arn:aws:s3:::other/*", endpoint(allow("*", "*"))), { allowed: false });
});

test("an endpoint on the way to another service has no say", (t) => {
  const { allowed } = decide("*", endpoint(allow("bedrock:InvokeModel", "*")), "bedrock");
  t.true(allowed);
});

test("a policy can ask for the endpoint a request came through", (t) => {
  const throughEndpoint = { StringEquals: { "aws:SourceVpce": "vpce-1" } };
  t.true(decide("*", endpoint(undefined), "s3", throughEndpoint).allowed);
  t.false(decide("*", undefined, "s3", throughEndpoint).allowed);
});

test("an endpoint lets one account's principals pass, to one account's resources", (t) => {
  const only = (condition: object) =>
    endpoint({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: "*",
          Action: "*",
          Resource: "*",
          Condition: { StringEquals: condition },
        },
      ],
    });
  t.true(decide("*", only({ "aws:PrincipalAccount": "123456789012" })).allowed);
  t.false(decide("*", only({ "aws:PrincipalAccount": "210987654321" })).allowed);
  t.false(decide("*", only({ "aws:ResourceAccount": "123456789012" })).allowed, "the ARN names none");
});

function allow(Action: string, Resource: string): object {
  return {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action, Resource }],
  };
}

function endpoint(document: object | undefined): VpcEndpoint {
  return { id: "vpce-1", policy: document && { origin: "the endpoint's policy", document } };
}

/** What is decided on `s3:GetObject` by a role that may read `readable`. */
function decide(readable: string, endpoint: VpcEndpoint | undefined, service = "s3", Condition = {}) {
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: readable, Condition };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const role = recordedResource(
    "aws:iam/role:Role",
    "task",
    { inlinePolicies: [{ policy }] },
    { arn: roleArn },
  );
  return new Authorizer(new ResourceGraph([role]), new CloudLog()).decide(
    { kind: "role", roleArn, ...(endpoint && { endpoints: { [service]: endpoint } }) },
    { action: "s3:GetObject", resourceArn: object, context: {} },
  );
}
