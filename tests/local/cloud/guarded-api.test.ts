import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { ApiOutput } from "../../../contract/stack-outputs.ts";
import { withInputs } from "../../helpers/alter-graph.ts";
import {
  projectFolder,
  startTestCloud,
  type TestCloud,
  type TestCloudOptions,
} from "../../helpers/local-cloud.ts";
import { logLines } from "../../helpers/log-lines.ts";
import { fetchSigned } from "../../helpers/signed-request.ts";
import { until } from "../../helpers/until.ts";

const region = "eu-central-1";
const ofNobody = "203.0.113.0/24";

interface GuardedApi {
  readonly cloud: TestCloud;
  readonly url: string;
  readonly apiKey: string;
  /** Asks for five bytes. */
  readonly get: (headers?: Readonly<Record<string, string>>) => Promise<Response>;
}

/** The fixture's API, guarded as configured. */
async function startGuardedApi(
  t: ExecutionContext,
  config: readonly string[],
  options: TestCloudOptions = {},
): Promise<GuardedApi> {
  const cloud = await startTestCloud(t, {
    projectFolder: join(projectFolder, "tests", "fixtures", "guarded-api"),
    config,
    ...options,
  });
  const { api, apiKey } = cloud.outputs as unknown as { api: ApiOutput; apiKey: string };
  return { cloud, url: api.url, apiKey, get: (headers = {}) => fetch(`${api.url}/bytes/5`, { headers }) };
}

async function expectRefusal(
  t: ExecutionContext,
  response: Response,
  status: number,
  code: string,
): Promise<void> {
  t.is(response.status, status);
  t.like(await response.json(), { error: { code } });
}

test("with IAM who signs is let in; everybody else is forbidden, and not told that nothing is there", async (t) => {
  const { cloud, url, get } = await startGuardedApi(t, ["auth=iam"]);
  const { credentials } = cloud.outputs.local;
  t.is(await (await fetchSigned(`${url}/bytes/5`, credentials, { region })).text(), "xxxxx");

  await expectRefusal(t, await get(), 403, "forbidden");
  const wrongSecret = { ...credentials, secretAccessKey: "x" };
  await expectRefusal(t, await fetchSigned(`${url}/bytes/5`, wrongSecret, { region }), 403, "forbidden");
  const message = "The request is not signed, or there is nothing under this path.";
  t.deepEqual(await (await fetch(`${url}/nothing`)).json(), { error: { code: "forbidden", message } });
});

test("the access log says who called: by a key's id, or by the ARN of who has signed", async (t) => {
  const byKey = await startGuardedApi(t, []);
  const signed = await startGuardedApi(t, ["auth=iam"]);
  const { credentials } = signed.cloud.outputs.local;
  await byKey.get({ "x-api-key": byKey.apiKey });
  await fetchSigned(`${signed.url}/bytes/5`, credentials, { region });
  const logged = async ({ cloud }: GuardedApi) =>
    JSON.parse(await until(() => logLines(cloud, /^api-access/)[0])) as Record<string, unknown>;
  const { apiKeyId, userArn } = await logged(byKey);
  t.regex(String(apiKeyId), /^\w+$/);
  t.is(userArn, "-");
  t.like(await logged(signed), { apiKeyId: "-", userArn: "arn:aws:iam::123456789012:user/local" });
});

test("without authorization anyone is let in, at the stage's pace", async (t) => {
  const { get } = await startGuardedApi(t, ["auth=none", "ratePerSecond=1", "burst=2"]);
  // Enough to be more than the burst and what a rate of one a second earns while a machine stands still.
  const responses = await Promise.all(Array.from({ length: 30 }, () => get()));
  t.true(responses.filter(({ status }) => status === 200).length >= 2);
  const refused = responses.find(({ status }) => status === 429);
  t.is(refused?.headers.get("retry-after"), "1");
  await expectRefusal(t, refused ?? new Response(), 429, "too_many_requests");
});

test("an address that is not listed is forbidden, whatever it shows", async (t) => {
  const shutOut = [`allowedCidrs=["${ofNobody}"]`];
  const byKey = await startGuardedApi(t, shutOut);
  await expectRefusal(t, await byKey.get({ "x-api-key": byKey.apiKey }), 403, "forbidden");
  const open = await startGuardedApi(t, [...shutOut, "auth=none"]);
  await expectRefusal(t, await open.get(), 403, "forbidden");
  const signed = await startGuardedApi(t, [...shutOut, "auth=iam"]);
  const { credentials } = signed.cloud.outputs.local;
  await expectRefusal(
    t,
    await fetchSigned(`${signed.url}/bytes/5`, credentials, { region }),
    403,
    "forbidden",
  );
});

test("an address that is listed still needs what the API asks for", async (t) => {
  const listed = ['allowedCidrs=["127.0.0.0/8","::1/128"]'];
  const byKey = await startGuardedApi(t, listed);
  t.is((await byKey.get({ "x-api-key": byKey.apiKey })).status, 200);
  await expectRefusal(t, await byKey.get(), 403, "forbidden");
  const signed = await startGuardedApi(t, [...listed, "auth=iam"]);
  const { credentials } = signed.cloud.outputs.local;
  t.is((await fetchSigned(`${signed.url}/bytes/5`, credentials, { region })).status, 200);
  await expectRefusal(t, await signed.get(), 403, "forbidden");
});

for (const auth of ["apiKey", "iam", "none"]) {
  test(`with auth ${auth} and an address list a browser may ask without credentials`, async (t) => {
    const { url } = await startGuardedApi(t, [
      `auth=${auth}`,
      'allowedCidrs=["127.0.0.1/32"]',
      'corsOrigins=["https://a.example","https://b.example"]',
    ]);
    for (const [origin, answer] of [
      ["https://a.example", "https://a.example"],
      ["https://b.example", "https://b.example"],
      ["https://evil.example", "https://a.example"],
    ] as const) {
      const response = await fetch(`${url}/bytes/5`, {
        method: "OPTIONS",
        headers: { Origin: origin, "Access-Control-Request-Method": "GET" },
      });
      t.is(response.status, 204);
      t.is(response.headers.get("access-control-allow-origin"), answer);
    }
  });
}

test("a page of an allowed origin can read why it was refused", async (t) => {
  const { get, apiKey } = await startGuardedApi(t, ['corsOrigins=["https://a.example"]', "quotaPerDay=1"]);
  const Origin = "https://a.example";
  const refusals = [
    await get({ Origin }),
    (await get({ "x-api-key": apiKey }), await get({ Origin, "x-api-key": apiKey })),
  ];
  t.deepEqual(
    refusals.map(({ status }) => status),
    [403, 429],
  );
  for (const { headers } of refusals) {
    t.is(headers.get("access-control-allow-origin"), Origin);
    t.is(headers.get("vary"), "Origin");
    t.regex(String(headers.get("access-control-expose-headers")), /Retry-After/);
  }
});

test("a key that has used up its quota is told when to come back", async (t) => {
  const { get, apiKey } = await startGuardedApi(t, ["quotaPerDay=2"]);
  t.is((await get({ "x-api-key": apiKey })).status, 200);
  await expectRefusal(t, await get(), 403, "forbidden");
  t.is((await get({ "x-api-key": apiKey })).status, 200, "what was refused did not count");
  const refused = await get({ "x-api-key": apiKey });
  t.is(refused.headers.get("retry-after"), null, "it is not known how long that is");
  t.regex(await refused.clone().text(), /the next begins at 00:00 UTC/);
  await expectRefusal(t, refused, 429, "quota_exceeded");
});

test("a missing, a wrong and a disabled key are forbidden alike", async (t) => {
  const { get, apiKey } = await startGuardedApi(t, [], {
    alterGraph: (graph) =>
      withInputs(graph, { type: "aws:apigateway/apiKey:ApiKey" }, () => ({ enabled: false })),
  });
  const bodies = await Promise.all(
    [{}, { "x-api-key": "wrong" }, { "x-api-key": apiKey }].map(async (headers) => {
      const response = await get(headers);
      t.is(response.status, 403);
      return response.text();
    }),
  );
  t.is(new Set(bodies).size, 1);
});

test("while keys change both are good, each with a quota of its own; afterwards only the new one", async (t) => {
  const valueOf = ({ cloud }: GuardedApi, name: string) =>
    String(
      cloud.graph.resources.find((resource) => resource.type.endsWith(":ApiKey") && resource.name === name)
        ?.outputs["value"],
    );
  const changing = await startGuardedApi(t, ["generations=[1,2]", "quotaPerDay=1"]);
  const [old, next] = [valueOf(changing, "access"), valueOf(changing, "access-2")];
  t.is(changing.apiKey, next);
  for (const key of [old, next]) {
    t.is((await changing.get({ "x-api-key": key })).status, 200);
    t.is((await changing.get({ "x-api-key": key })).status, 429);
  }
  const changed = await startGuardedApi(t, ["generations=[2]"]);
  t.is((await changed.get({ "x-api-key": changed.apiKey })).status, 200);
  t.is((await changed.get({ "x-api-key": old })).status, 403);
});
