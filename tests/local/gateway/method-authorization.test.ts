import test, { type ExecutionContext } from "ava";
import { RecordedRestApi, accountId, region, sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { type RunningGateway, startGateway } from "../../helpers/running-gateway.ts";
import { type Unsigned, fetchSigned, signedHeaders } from "../../helpers/signed-request.ts";

/** The sample API with signatures asked for on `ANY /echo/{id}`, and two roles: one may call it, one may not. */
function iamRestApi(): RecordedRestApi {
  const role = (name: string) => ({ outputs: { name, arn: `arn:aws:iam::${accountId}:role/${name}` } });
  return sampleRestApi()
    .change("any-echo", { authorization: "AWS_IAM" })
    .add("aws:iam/role:Role", "reader", role("reader"))
    .add("aws:iam/role:Role", "stranger", role("stranger"))
    .add("aws:iam/rolePolicy:RolePolicy", "may-read", {
      inputs: {
        role: "reader",
        policy: {
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Action: "execute-api:Invoke",
            Resource: `arn:aws:execute-api:${region}:${accountId}:api/dev/GET/echo/a`,
          },
        },
      },
    });
}

const roleArn = (name: string) => `arn:aws:iam::${accountId}:role/${name}`;

async function expectRefusal(
  t: ExecutionContext,
  response: Response,
  message: string,
  errorType: string,
): Promise<void> {
  t.is(response.status, 403);
  t.deepEqual(await response.json(), { message });
  t.is(response.headers.get("x-amzn-errortype"), errorType);
}

/** Calls `/echo/a` as the developer. */
function callAsDeveloper({ url, credentials }: RunningGateway, unsigned: Unsigned = {}): Promise<Response> {
  return fetchSigned(`${url}/echo/a`, credentials.issue({ kind: "developer" }), unsigned);
}

test("a signed request is let through, and the function is told who signed it", async (t) => {
  const gateway = await startGateway(t, iamRestApi());
  t.is((await callAsDeveloper(gateway, { method: "POST", body: '{"a":1}' })).status, 200);
  const { headers, requestContext } = gateway.lambda.event;
  t.like(requestContext.identity, {
    accountId,
    userArn: `arn:aws:iam::${accountId}:user/local`,
    caller: "AIDALOCAL",
    user: "AIDALOCAL",
  });
  t.regex(String(requestContext.identity.accessKey), /^AKIA/);
  t.false("authorization" in (headers ?? {}), "the signature is not for the function");
});

test("the access log can name the caller", async (t) => {
  const recorded = iamRestApi().accessLog("dev", "$context.identity.userArn $context.identity.accountId");
  const gateway = await startGateway(t, recorded);
  await callAsDeveloper(gateway);
  t.is(await gateway.nextAccessLogLine(), `arn:aws:iam::${accountId}:user/local ${accountId}`);
});

test("a role is let through as far as its policy goes, with its session token", async (t) => {
  const { url, credentials, lambda } = await startGateway(t, iamRestApi());
  const reader = credentials.issue({ kind: "role", roleArn: roleArn("reader") });
  t.is((await fetchSigned(`${url}/echo/a`, reader)).status, 200);
  t.is(lambda.event.requestContext.identity.userArn, `arn:aws:sts::${accountId}:assumed-role/reader/local`);
  const elsewhere = await fetchSigned(`${url}/echo/b`, reader);
  await expectRefusal(
    t,
    elsewhere,
    `User: arn:aws:sts::${accountId}:assumed-role/reader/local is not authorized to perform: execute-api:Invoke ` +
      `on resource: arn:aws:execute-api:${region}:********9012:api/dev/GET/echo/b`,
    "AccessDeniedException",
  );
  t.is((await fetchSigned(`${url}/echo/a`, reader, { method: "DELETE" })).status, 403);
  const stranger = credentials.issue({ kind: "role", roleArn: roleArn("stranger") });
  t.is((await fetchSigned(`${url}/echo/a`, stranger)).status, 403);
  t.is(lambda.requests.length, 1);
});

test("a request without a signature is 403 Missing Authentication Token", async (t) => {
  const { url } = await startGateway(t, iamRestApi());
  const message = "Missing Authentication Token";
  await expectRefusal(t, await fetch(`${url}/echo/a`), message, "MissingAuthenticationTokenException");
  await expectRefusal(t, await fetch(`${url}/nothing`), message, "MissingAuthenticationTokenException");
});

const mismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
const invalidToken = "The security token included in the request is invalid.";
const now = Date.UTC(2026, 10, 22, 12);
const secondsAgo = (seconds: number) => new Date(now - seconds * 1000);

for (const [what, unsigned, message] of [
  [
    "for another service",
    { service: "s3" },
    "Credential should be scoped to correct service: 'execute-api'. ",
  ],
  [
    "for another Region",
    { region: "us-east-1" },
    "Credential should be scoped to a valid region, not 'us-east-1'. ",
  ],
  [
    "made more than five minutes ago",
    { signingDate: secondsAgo(301) },
    "The difference between the request time and the current time is too large.",
  ],
  [
    "made more than five minutes from now",
    { signingDate: secondsAgo(-301) },
    "The difference between the request time and the current time is too large.",
  ],
] as const) {
  test(`a signature ${what} is refused`, async (t) => {
    const gateway = await startGateway(t, iamRestApi(), { now: () => now });
    const headers = unsigned.service === "s3" ? { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } : {};
    await expectRefusal(
      t,
      await callAsDeveloper(gateway, { signingDate: secondsAgo(0), ...unsigned, headers }),
      message,
      "InvalidSignatureException",
    );
    t.is(gateway.lambda.requests.length, 0);
  });
}

test("a clock may be five minutes off, either way", async (t) => {
  const gateway = await startGateway(t, iamRestApi(), { now: () => now });
  for (const seconds of [300, -300]) {
    t.is((await callAsDeveloper(gateway, { signingDate: secondsAgo(seconds) })).status, 200);
  }
});

test("a wrong secret, another path, another body and another method do not match", async (t) => {
  const { url, credentials } = await startGateway(t, iamRestApi());
  const own = credentials.issue({ kind: "developer" });
  const wrongSecret = { ...own, secretAccessKey: "x" };
  await expectRefusal(
    t,
    await fetchSigned(`${url}/echo/a`, wrongSecret),
    mismatch,
    "InvalidSignatureException",
  );
  const headers = await signedHeaders(`${url}/echo/a`, own, {
    method: "POST",
    body: "one",
  });
  for (const [path, init] of [
    ["/echo/a", { method: "POST", body: "two" }],
    ["/echo/b", { method: "POST", body: "one" }],
    ["/echo/a?x=1", { method: "POST", body: "one" }],
    ["/echo/a", { method: "PUT", body: "one" }],
  ] as const) {
    const response = await fetch(`${url}${path}`, { ...init, headers });
    await expectRefusal(t, response, mismatch, "InvalidSignatureException");
  }
  t.is((await fetch(`${url}/echo/a`, { method: "POST", body: "one", headers })).status, 200);
});

test("a body that its signature leaves out is refused", async (t) => {
  const gateway = await startGateway(t, iamRestApi());
  const unsignedPayload = { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const response = await callAsDeveloper(gateway, { method: "POST", body: "one", headers: unsignedPayload });
  await expectRefusal(t, response, mismatch, "InvalidSignatureException");
  t.is(gateway.lambda.requests.length, 0);
});

test("credentials of somebody else, and a session without its token, are not known", async (t) => {
  const { url, credentials } = await startGateway(t, iamRestApi());
  const unknown = { accessKeyId: "AKIAUNKNOWN", secretAccessKey: "x" };
  const { accessKeyId, secretAccessKey } = credentials.issue({ kind: "role", roleArn: roleArn("reader") });
  for (const signer of [
    unknown,
    { accessKeyId, secretAccessKey },
    { accessKeyId, secretAccessKey, sessionToken: "x" },
  ]) {
    const response = await fetchSigned(`${url}/echo/a`, signer);
    await expectRefusal(t, response, invalidToken, "UnrecognizedClientException");
  }
});

test("an Authorization header of another kind is an incomplete signature", async (t) => {
  const { url } = await startGateway(t, iamRestApi());
  const response = await fetch(`${url}/echo/a`, { headers: { Authorization: "Bearer x" } });
  t.is(response.status, 403);
  t.is(response.headers.get("x-amzn-errortype"), "IncompleteSignatureException");
});

test("a presigned URL, which API Gateway would take, is refused, and said to be the local cloud's fault", async (t) => {
  const { url, errors } = await startGateway(t, iamRestApi());
  t.is((await fetch(`${url}/echo/a?X-Amz-Signature=x`)).status, 403);
  t.regex(String(errors.pop()), /Presigned URLs are not simulated/);
});

test("a body above the limit is refused before its signature is looked at", async (t) => {
  const recorded = iamRestApi();
  const gateway = await startGateway(t, recorded, { limits: { gatewayRequestBytes: 3 } });
  t.is((await callAsDeveloper(gateway, { method: "POST", body: "long" })).status, 413);
});
