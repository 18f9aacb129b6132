import { once } from "node:events";
import { createServer, request } from "node:http";
import { networkInterfaces } from "node:os";
import test, { type ExecutionContext } from "ava";
import { resourcePolicy } from "../../../components/api/resource-policy.ts";
import { type RecordedRestApi, accountId, region, sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { type RunningGateway, startGateway } from "../../helpers/running-gateway.ts";
import { signedHeaders } from "../../helpers/signed-request.ts";

const executionArn = `arn:aws:execute-api:${region}:${accountId}:api`;
const here = "127.0.0.1/32";
const elsewhere = "203.0.113.0/24";

/** The sample API under a resource policy, which the deployment captured. */
function restApiUnder(policy: object | string, recorded = sampleRestApi()): RecordedRestApi {
  return recorded
    .add("aws:apigateway/restApiPolicy:RestApiPolicy", "policy", {
      inputs: { restApiId: "api", policy: typeof policy === "string" ? policy : JSON.stringify(policy) },
    })
    .stage("dev");
}

const addressList = (...allowedCidrs: string[]) =>
  resourcePolicy({ auth: "apiKey", allowedCidrs, allowedPrincipals: [], publicRoutes: [], executionArn });

const statement = (effect: string, resource: string, condition?: object) => ({
  Effect: effect,
  Principal: "*",
  Action: "execute-api:Invoke",
  Resource: resource,
  ...(condition && { Condition: condition }),
});
const policyOf = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });

async function expectRefusal(t: ExecutionContext, response: Response, ending: string): Promise<void> {
  t.is(response.status, 403);
  t.is(response.headers.get("x-amzn-errortype"), "AccessDeniedException");
  t.deepEqual(await response.json(), {
    message:
      "User: anonymous is not authorized to perform: execute-api:Invoke on resource: " +
      `arn:aws:execute-api:${region}:********9012:api/dev/GET/download/a${ending}`,
  });
}

const download = ({ url }: RunningGateway) => fetch(`${url}/download/a`);

test("who calls from an address on the list is let through", async (t) => {
  const gateway = await startGateway(t, restApiUnder(addressList(elsewhere, here)));
  t.is((await download(gateway)).status, 200);
});

test("who calls from another is not, and no function is invoked", async (t) => {
  const gateway = await startGateway(t, restApiUnder(addressList(elsewhere, "2001:db8::/32")));
  await expectRefusal(t, await download(gateway), " with an explicit deny");
  t.is(gateway.lambda.requests.length, 0);
});

test("a policy that the deployment did not wait for is not in force yet", async (t) => {
  const late = sampleRestApi().add("aws:apigateway/restApiPolicy:RestApiPolicy", "policy", {
    inputs: { restApiId: "api", policy: JSON.stringify(addressList(elsewhere)) },
  });
  t.is((await download(await startGateway(t, late))).status, 200);
});

test("without credentials a request needs an Allow, not just no Deny", async (t) => {
  const deny = statement("Deny", `${executionArn}/*`, { NotIpAddress: { "aws:SourceIp": here } });
  const gateway = await startGateway(t, restApiUnder(policyOf(deny)));
  await expectRefusal(t, await download(gateway), "");
});

test("an Allow holds for the methods and paths it names", async (t) => {
  const policy = policyOf(statement("Allow", `${executionArn}/*/GET/echo/*`));
  const gateway = await startGateway(t, restApiUnder(policy));
  t.is((await fetch(`${gateway.url}/echo/a`)).status, 200);
  t.is((await fetch(`${gateway.url}/echo/a`, { method: "POST" })).status, 403);
  t.is((await download(gateway)).status, 403);
});

test("the short form of a resource stands for this API", async (t) => {
  const gateway = await startGateway(t, restApiUnder(policyOf(statement("Allow", "execute-api:/*/GET/*"))));
  t.is((await download(gateway)).status, 200);
  t.is((await fetch(`${gateway.url}/echo/a`, { method: "POST" })).status, 403);
});

test("a policy given with the API itself counts", async (t) => {
  const gateway = await startGateway(t, sampleRestApi({ policy: JSON.stringify(addressList(elsewhere)) }));
  t.is((await download(gateway)).status, 403);
});

test("a policy with what is not simulated lets nobody in, and said so", async (t) => {
  const policy = policyOf(
    statement("Allow", "execute-api:/*", { StringEquals: { "aws:PrincipalOrgID": "o" } }),
  );
  const gateway = await startGateway(t, restApiUnder(policy));
  t.is((await download(gateway)).status, 403);
  t.regex(String(gateway.errors.pop()), /aws:PrincipalOrgID is not simulated/);
});

test("the policy comes before the API key", async (t) => {
  const recorded = sampleRestApi().change("get-download", { apiKeyRequired: true });
  const gateway = await startGateway(t, restApiUnder(addressList(elsewhere), recorded));
  await expectRefusal(t, await download(gateway), " with an explicit deny");
  const allowed = sampleRestApi().change("get-download", { apiKeyRequired: true });
  const response = await download(await startGateway(t, restApiUnder(addressList(here), allowed)));
  t.is(response.headers.get("x-amzn-errortype"), "ForbiddenException");
});

const ownRole = `arn:aws:iam::${accountId}:role/role`;
const partner = "999999999999";
const partnersRole = `arn:aws:iam::${partner}:role/role`;

/** Status of a download for a role whose own policies say one thing and the API's another. */
async function statusFor(
  t: ExecutionContext,
  roleArn: string,
  identity: "Allow" | "Deny" | "neither",
  ofTheApi: object,
): Promise<number> {
  const recorded = sampleRestApi()
    .change("get-download", { authorization: "AWS_IAM" })
    .add("aws:iam/role:Role", "role", { outputs: { name: "role", arn: roleArn } });
  if (identity !== "neither") {
    const own = { ...statement(identity, `${executionArn}/*`), Principal: undefined };
    recorded.add("aws:iam/rolePolicy:RolePolicy", "own", { inputs: { role: "role", policy: policyOf(own) } });
  }
  const gateway = await startGateway(t, restApiUnder(ofTheApi, recorded));
  const role = gateway.credentials.issue({ kind: "role", roleArn });
  const url = `${gateway.url}/download/a`;
  return (await fetch(url, { headers: await signedHeaders(url, role) })).status;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html, tables A and B */
for (const [identity, policy, expected, ofAnotherAccount] of [
  ["Allow", "Allow", 200, 200],
  ["Allow", "neither", 200, 403],
  ["Allow", "Deny", 403, 403],
  ["neither", "Allow", 200, 403],
  ["neither", "neither", 403, 403],
  ["neither", "Deny", 403, 403],
  ["Deny", "Allow", 403, 403],
  ["Deny", "neither", 403, 403],
  ["Deny", "Deny", 403, 403],
] as const) {
  test(`a caller's policy that says ${identity} and an API's that says ${policy}: ${expected}, of another account ${ofAnotherAccount}`, async (t) => {
    const ofTheApi = statement(
      policy === "Deny" ? "Deny" : "Allow",
      policy === "neither" ? "none" : `${executionArn}/*`,
    );
    t.is(await statusFor(t, ownRole, identity, policyOf(ofTheApi)), expected);
    t.is(await statusFor(t, partnersRole, identity, policyOf(ofTheApi)), ofAnotherAccount);
  });
}

for (const [allowedPrincipals, identity, expected] of [
  [[], "Allow", 403],
  [[partner], "Allow", 200],
  [[partner], "neither", 403],
  [[partner], "Deny", 403],
  [[partnersRole], "Allow", 200],
  [[partnersRole], "neither", 403],
  [["111111111111", `${partnersRole}-other`], "Allow", 403],
] as const) {
  test(`with ${JSON.stringify(allowedPrincipals)} let in, a role of ${partner} whose own policy says ${identity} gets ${expected}`, async (t) => {
    const source = {
      auth: "iam",
      allowedCidrs: [],
      allowedPrincipals,
      publicRoutes: [],
      executionArn,
    } as const;
    t.is(await statusFor(t, partnersRole, identity, resourcePolicy(source)), expected);
  });
}

test("an account that is let in leaves it to itself who of it may call, be it the API's own", async (t) => {
  const allowedPrincipals = [accountId];
  const source = {
    auth: "iam",
    allowedCidrs: [],
    allowedPrincipals,
    publicRoutes: [],
    executionArn,
  } as const;
  t.is(await statusFor(t, ownRole, "neither", resourcePolicy(source)), 403);
  t.is(await statusFor(t, ownRole, "Allow", resourcePolicy(source)), 200);
});

test("a function is told the account of who has signed", async (t) => {
  const recorded = sampleRestApi()
    .change("get-download", { authorization: "AWS_IAM" })
    .add("aws:iam/role:Role", "role", { outputs: { name: "role", arn: partnersRole } })
    .add("aws:iam/rolePolicy:RolePolicy", "own", {
      inputs: {
        role: "role",
        policy: policyOf({ ...statement("Allow", `${executionArn}/*`), Principal: undefined }),
      },
    });
  const gateway = await startGateway(
    t,
    restApiUnder(policyOf(statement("Allow", `${executionArn}/*`)), recorded),
  );
  const url = `${gateway.url}/download/a`;
  const role = gateway.credentials.issue({ kind: "role", roleArn: partnersRole });
  t.is((await fetch(url, { headers: await signedHeaders(url, role) })).status, 200);
  t.like(gateway.lambda.event.requestContext.identity, {
    accountId: partner,
    userArn: `arn:aws:sts::${partner}:assumed-role/role/local`,
  });
});

test("with IAM the program's list shuts addresses out, and lets nobody in by itself", async (t) => {
  const iam = (...allowedCidrs: string[]) =>
    resourcePolicy({ auth: "iam", allowedCidrs, allowedPrincipals: [], publicRoutes: [], executionArn });
  const start = (policy: object) =>
    startGateway(
      t,
      restApiUnder(policy, sampleRestApi().change("get-download", { authorization: "AWS_IAM" })),
    );
  const call = async (
    { url, credentials }: RunningGateway,
    principal: Parameters<typeof credentials.issue>[0],
  ) => {
    const signed = await signedHeaders(`${url}/download/a`, credentials.issue(principal));
    return (await fetch(`${url}/download/a`, { headers: signed })).status;
  };
  const nobody = { kind: "role", roleArn: "arn:aws:iam::123456789012:role/nobody" } as const;
  const listed = await start(iam(here));
  t.is(await call(listed, { kind: "developer" }), 200);
  t.is(await call(listed, nobody), 403);
  t.is(await call(await start(iam(elsewhere)), { kind: "developer" }), 403);
});

/** macOS has one loopback address, Linux sixteen million. */
const testWithAddresses = process.platform === "linux" ? test : test.skip;

testWithAddresses("every caller counts with the address it calls from", async (t) => {
  const { port } = await startGateway(t, restApiUnder(addressList("127.0.0.2/32", "127.0.1.0/24")));
  const statusFrom = (localAddress: string) =>
    new Promise((resolve, reject) => {
      request({ host: "127.0.0.1", port, localAddress, path: "/dev/download/a" }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on("error", reject)
        .end();
    });
  t.is(await statusFrom("127.0.0.2"), 200);
  t.is(await statusFrom("127.0.1.77"), 200);
  t.is(await statusFrom("127.0.0.1"), 403);
  t.is(await statusFrom("127.0.0.3"), 403);
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
  addresses?.some(({ address }) => address === "::1"),
);
const testWithIpv6 = hasIpv6 ? test : test.skip;

for (const [what, socketAddress, host, address] of [
  ["an IPv6 caller counts with its address", "::1", "[::1]", "::1"],
  [
    "an IPv4 caller of a socket for both counts with its IPv4 address",
    "::ffff:127.0.0.1",
    "127.0.0.1",
    "127.0.0.1",
  ],
] as const) {
  testWithIpv6(what, async (t) => {
    const statusUnder = async (...cidrs: string[]) => {
      const listener = createServer().listen(0, socketAddress);
      await once(listener, "listening");
      const { port, lambda } = await startGateway(t, restApiUnder(addressList(...cidrs)), { listener });
      const { status } = await fetch(`http://${host}:${port}/dev/download/a`);
      if (status === 200) {
        t.is(lambda.event.requestContext.identity.sourceIp, address);
        t.is(lambda.event.headers?.["X-Forwarded-For"], address);
      }
      return status;
    };
    t.is(await statusUnder(elsewhere, address), 200);
    t.is(await statusUnder(elsewhere, "2001:db8::/32"), 403);
  });
}
