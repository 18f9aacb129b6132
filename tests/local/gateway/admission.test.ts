import test, { type ExecutionContext } from "ava";
import { type RecordedRestApi, sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { type RunningGateway, startGateway } from "../../helpers/running-gateway.ts";

const FORBIDDEN = '{"message":"Forbidden"}';
const TOO_MANY_REQUESTS = '{"message":"Too Many Requests"}';
const LIMIT_EXCEEDED = '{"message":"Limit Exceeded"}';

/** The sample API with a key required on `GET /download/{key+}`. */
function keyedRestApi(planInputs: Readonly<Record<string, unknown>> = {}): RecordedRestApi {
  return sampleRestApi()
    .change("get-download", { apiKeyRequired: true })
    .usagePlan("dev", "the-key", planInputs);
}

async function expectRefusal(
  t: ExecutionContext,
  response: Response,
  status: number,
  body: string,
  errorType: string,
): Promise<void> {
  t.is(response.status, status);
  t.is(await response.text(), body);
  t.is(response.headers.get("x-amzn-errortype"), errorType);
}

function download({ url }: RunningGateway, key?: string): Promise<Response> {
  return fetch(`${url}/download/a`, key === undefined ? {} : { headers: { "x-api-key": key } });
}

test("a key of the stage's usage plan is let through, and the function is told which it was", async (t) => {
  const gateway = await startGateway(t, keyedRestApi());
  t.is((await download(gateway, "the-key")).status, 200);
  const { identity } = gateway.lambda.event.requestContext;
  t.is(identity.apiKey, "the-key");
  t.is(identity.apiKeyId, "api-key");
});

test("a method without the flag needs no key and is told of none", async (t) => {
  const { url, lambda } = await startGateway(t, keyedRestApi());
  t.is((await fetch(`${url}/echo/a`, { headers: { "x-api-key": "the-key" } })).status, 200);
  t.is(lambda.event.requestContext.identity.apiKeyId, undefined);
});

const badKeys = [
  { title: "no key", recorded: () => keyedRestApi(), key: undefined },
  { title: "an empty key", recorded: () => keyedRestApi(), key: "" },
  { title: "a wrong key", recorded: () => keyedRestApi(), key: "another" },
  {
    title: "a disabled key",
    recorded: () => keyedRestApi().change("api-key", { enabled: false }),
    key: "the-key",
  },
  { title: "a key in no usage plan", recorded: () => keyedRestApi().remove("plan-key"), key: "the-key" },
  {
    title: "a key of another stage's plan",
    recorded: () => keyedRestApi({ apiStages: [{ apiId: "api", stage: "prod" }] }),
    key: "the-key",
  },
  {
    title: "a key of another API's plan",
    recorded: () => keyedRestApi({ apiStages: [{ apiId: "other", stage: "dev" }] }),
    key: "the-key",
  },
];
for (const { title, recorded, key } of badKeys) {
  test(`${title} is 403 Forbidden`, async (t) => {
    const gateway = await startGateway(t, recorded());
    await expectRefusal(t, await download(gateway, key), 403, FORBIDDEN, "ForbiddenException");
    t.is(gateway.lambda.requests.length, 0);
  });
}

test("an unknown route is refused before its key is looked at", async (t) => {
  const { url } = await startGateway(t, keyedRestApi());
  const response = await fetch(`${url}/nothing`);
  t.is(await response.text(), '{"message":"Missing Authentication Token"}');
});

test("a stage's throttle lets its burst through, then its rate", async (t) => {
  let elapsed = 0;
  const recorded = sampleRestApi().add("aws:apigateway/methodSettings:MethodSettings", "settings", {
    inputs: {
      restApi: "api",
      stageName: "dev",
      methodPath: "*/*",
      settings: { throttlingRateLimit: 2, throttlingBurstLimit: 2 },
    },
  });
  const gateway = await startGateway(t, recorded, { elapsed: () => elapsed });
  t.is((await download(gateway)).status, 200);
  t.is((await download(gateway)).status, 200);
  await expectRefusal(t, await download(gateway), 429, TOO_MANY_REQUESTS, "TooManyRequestsException");
  t.is((await fetch(`${gateway.url}/echo/a`)).status, 200, "another method has a bucket of its own");
  elapsed += 500;
  t.is((await download(gateway)).status, 200);
  t.is((await download(gateway)).status, 429);
});

test("a method's own settings go before the stage's", async (t) => {
  const settings = (methodPath: string, throttlingBurstLimit: number): object => ({
    restApi: "api",
    stageName: "dev",
    methodPath,
    settings: { throttlingRateLimit: 1, throttlingBurstLimit },
  });
  const type = "aws:apigateway/methodSettings:MethodSettings";
  const recorded = sampleRestApi()
    .add(type, "all", { inputs: { ...settings("*/*", 5) } })
    .add(type, "one", { inputs: { ...settings("download/{key+}/GET", 1) } })
    .add(type, "other-stage", { inputs: { ...settings("*/*", 0), stageName: "prod" } });
  const gateway = await startGateway(t, recorded, { elapsed: () => 0 });
  t.is((await download(gateway)).status, 200);
  t.is((await download(gateway)).status, 429);
  t.is((await fetch(`${gateway.url}/echo/a`)).status, 200);
});

test("a usage plan throttles its keys only", async (t) => {
  const recorded = keyedRestApi({ throttleSettings: { rateLimit: 1, burstLimit: 1 } });
  const gateway = await startGateway(t, recorded, { elapsed: () => 0 });
  t.is((await download(gateway, "the-key")).status, 200);
  await expectRefusal(
    t,
    await download(gateway, "the-key"),
    429,
    TOO_MANY_REQUESTS,
    "TooManyRequestsException",
  );
  t.is((await fetch(`${gateway.url}/echo/a`)).status, 200);
});

test("a clock set back by an hour takes nothing from throttles and quotas", async (t) => {
  let now = Date.UTC(2026, 10, 22, 12);
  const recorded = keyedRestApi({
    throttleSettings: { rateLimit: 1000, burstLimit: 2 },
    quotaSettings: { limit: 100, period: "DAY" },
  }).add("aws:apigateway/methodSettings:MethodSettings", "settings", {
    inputs: {
      restApi: "api",
      stageName: "dev",
      methodPath: "*/*",
      settings: { throttlingRateLimit: 1000, throttlingBurstLimit: 2 },
    },
  });
  const gateway = await startGateway(t, recorded, { now: () => now });
  t.is((await download(gateway, "the-key")).status, 200);
  now -= 3_600_000;
  for (let count = 0; count < 5; count++) t.is((await download(gateway, "the-key")).status, 200);
});

test("a quota that is used up is 429 until the next day", async (t) => {
  let now = Date.UTC(2026, 10, 22, 23, 59);
  const recorded = keyedRestApi({ quotaSettings: { limit: 1, period: "DAY" } });
  const gateway = await startGateway(t, recorded, { now: () => now });
  t.is((await download(gateway, "the-key")).status, 200);
  await expectRefusal(t, await download(gateway, "the-key"), 429, LIMIT_EXCEEDED, "LimitExceededException");
  now = Date.UTC(2026, 10, 23);
  t.is((await download(gateway, "the-key")).status, 200);
});

test("another authorization is 500, and said so on loading", async (t) => {
  const recorded = sampleRestApi().change("any-echo", { authorization: "CUSTOM" });
  const { url, warnings, errors } = await startGateway(t, recorded);
  t.is((await fetch(`${url}/echo/a`)).status, 500);
  t.regex(String(errors.pop()), /CUSTOM authorization is not simulated/);
  t.regex(warnings.join(), /any-echo: CUSTOM/);
});
