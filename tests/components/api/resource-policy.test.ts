import test from "ava";
import { resourcePolicy, routeArnPart } from "../../../components/api/resource-policy.ts";
import { parseRoute } from "../../../components/api/route.ts";

const executionArn = "arn:aws:execute-api:eu-west-1:123456789012:api";

test("with IAM the routes that need no credentials are allowed by name, and only those", (t) => {
  const publicRoutes = ["GET /", "GET /files/{proxy+}", "GET /health"].map(parseRoute);
  const { Statement } = resourcePolicy({
    auth: "iam",
    allowedCidrs: ["::1/128"],
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

for (const [route, expected] of [
  ["GET /", "GET/"],
  ["ANY /a/{id}/b", "*/a/*/b"],
  ["POST /c/{rest+}", "POST/c/*"],
] as const) {
  test(`${route} is ${expected} in an ARN`, (t) => {
    t.is(routeArnPart(parseRoute(route)), expected);
  });
}
