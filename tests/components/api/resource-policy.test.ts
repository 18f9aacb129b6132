import test from "ava";
import { resourcePolicy, routeArnPart } from "../../../components/api/resource-policy.ts";
import { parseRoute } from "../../../components/api/route.ts";

const executionArn = "arn:aws:execute-api:eu-west-1:123456789012:api";

test("with IAM the routes that need no credentials are allowed by name, and only those", (t) => {
  const publicRoutes = ["GET /", "GET /files/{proxy+}", "GET /health"].map(parseRoute);
  const { Statement } = resourcePolicy({
    auth: "iam",
    allowedCidrs: ["::1/128"],
    allowedPrincipals: [],
    publicRoutes,
    executionArn,
  });
  t.deepEqual(
    Statement.map(({ Effect, Resource }) => [Effect, Resource]),
    [
      ["Allow", ["/*/GET/", "/*/GET/files/*", "/*/GET/health"].map((path) => `${executionArn}${path}`)],
      ["Deny", [`${executionArn}/*`]],
    ],
  );
});

test("an account is written as its root in the API's partition, and a role as it is", (t) => {
  const role = "arn:aws-us-gov:iam::999999999999:role/team/reader";
  const { Statement } = resourcePolicy({
    auth: "iam",
    allowedCidrs: [],
    allowedPrincipals: ["999999999999", role],
    publicRoutes: [],
    executionArn: executionArn.replace("arn:aws:", "arn:aws-us-gov:"),
  });
  t.deepEqual(Statement[0], {
    Effect: "Allow",
    Principal: { AWS: ["arn:aws-us-gov:iam::999999999999:root", role] },
    Action: "execute-api:Invoke",
    Resource: ["arn:aws-us-gov:execute-api:eu-west-1:123456789012:api/*"],
  });
  t.is(Statement.length, 2);
});

for (const [route, expected] of [
  ["GET /", "GET/"],
  ["ANY /a/{id}/b", "*/a/*/b"],
  ["POST /c/{rest+}", "POST/c/*"],
] as const) {
  test(`${route} is ${expected} in an ARN`, (t) => {
    t.is(routeArnPart(parseRoute(route)), expected);
  });
}
