import test, { type ExecutionContext } from "ava";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gatewayResponses } from "../../../components/api/gateway-responses.ts";
import type { ErrorCode } from "../../../contract/errors.ts";
import type { Auth } from "../../../contract/stack-outputs.ts";
import { errorStatus } from "../../../core/refusal.ts";
import { VpcLinkError, type VpcLinkErrorReason } from "../../../local/gateway/vpc-link-service.ts";
import {
  FunctionError,
  LambdaServiceError,
  type LambdaServiceErrorCode,
} from "../../../local/lambda/lambda-service.ts";
import { Backend } from "../../helpers/backend.ts";
import { privateRestApi } from "../../helpers/recorded-private-api.ts";
import { projectFolder } from "../../helpers/recorded-program.ts";
import { type RecordedRestApi, accountId, sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import {
  type FakeLambda,
  type GatewaySettings,
  type RunningGateway,
  startGateway,
} from "../../helpers/running-gateway.ts";
import { fetchSigned } from "../../helpers/signed-request.ts";

/** One row of the table in docs/errors.md: what API Gateway answers by itself, and when. */
interface Row {
  readonly when: string;
  readonly responseType: string;
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | null;
}

const AWS_ALONE = "AWS alone: ";
const rows = readRows();

function readRows(): Row[] {
  const text = readFileSync(join(projectFolder, "docs", "errors.md"), "utf8");
  const pattern = /^\| (.+?) \| `([A-Z0-9_]+)` \| (\d{3}) \| `(\w+)` \| (\d*) ?\|$/gm;
  return [...text.matchAll(pattern)].map(
    ([, when = "", responseType = "", status, code = "", retryAfter = ""]) => ({
      when,
      responseType,
      status: Number(status),
      code,
      retryAfter: retryAfter === "" ? null : retryAfter,
    }),
  );
}

/** A way to make the local gateway give one answer. */
interface Provocation {
  /** Default: `none`. */
  readonly auth?: Auth;
  /** Default: `sampleRestApi`, of which `GET /download/{key+}` streams. */
  readonly restApi?: () => RecordedRestApi;
  readonly settings?: (t: ExecutionContext) => GatewaySettings | Promise<GatewaySettings>;
  readonly lambda?: FakeLambda["onStream"];
  /** Default: `GET /download/a`. */
  readonly ask?: (gateway: RunningGateway) => Promise<Response>;
  /** Reported to the operator. Default: nothing. */
  readonly fault?: RegExp;
}

const ask = (path = "/download/a", init: RequestInit = {}) => {
  return ({ url }: RunningGateway) => fetch(`${url}${path}`, init);
};
const askTwice: Provocation["ask"] = async (gateway) => {
  await (await ask()(gateway)).arrayBuffer();
  return ask()(gateway);
};
const keyed = (plan: Readonly<Record<string, unknown>> = {}) =>
  sampleRestApi().change("get-download", { apiKeyRequired: true }).usagePlan("dev", "the-key", plan);
const withKey = (headers = { "x-api-key": "the-key" }) => ask("/download/a", { headers });
const withKeyTwice: Provocation["ask"] = async (gateway) => {
  await (await withKey()(gateway)).arrayBuffer();
  return withKey()(gateway);
};
const signed = () => sampleRestApi().change("get-download", { authorization: "AWS_IAM" });
const strangerArn = `arn:aws:iam::${accountId}:role/stranger`;

const lambdaRefuses = (code: LambdaServiceErrorCode): Provocation => ({
  lambda: () => Promise.reject(new LambdaServiceError(code, "refused")),
  fault: new RegExp(`Lambda refused the invocation: ${code}`),
});
const linkFails = (reason: VpcLinkErrorReason): Provocation => ({
  restApi: privateRestApi,
  settings: () => ({
    links: {
      connect: () => {
        throw new VpcLinkError(reason, "the link leads nowhere");
      },
    },
  }),
  fault: /the link leads nowhere/,
});

/** `OPTIONS /download`, answered by a mock as the program's preflights are. */
function preflightRestApi(): RecordedRestApi {
  const place = { restApi: "api", resourceId: "download", httpMethod: "OPTIONS" };
  return sampleRestApi()
    .add("aws:apigateway/method:Method", "options", { inputs: { ...place, authorization: "NONE" } })
    .add("aws:apigateway/integration:Integration", "mock", {
      inputs: {
        ...place,
        type: "MOCK",
        passthroughBehavior: "NEVER",
        requestTemplates: { "application/json": '{"statusCode": 204}' },
      },
    })
    .add("aws:apigateway/methodResponse:MethodResponse", "options-response", {
      inputs: { ...place, statusCode: "204" },
    })
    .add("aws:apigateway/integrationResponse:IntegrationResponse", "mock-response", {
      inputs: { ...place, statusCode: "204" },
    });
}

const provocations: Readonly<Record<string, Provocation>> = {
  "no API key": { auth: "apiKey", restApi: keyed },
  "a wrong API key": { auth: "apiKey", restApi: keyed, ask: withKey({ "x-api-key": "another" }) },
  "an address outside `allowedCidrs`": {
    restApi: () =>
      sampleRestApi({
        policy: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Deny",
            Principal: "*",
            Action: "execute-api:Invoke",
            Resource: "execute-api:/*",
            Condition: { NotIpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } },
          },
        }),
      }),
  },
  "a signature by somebody without the right": {
    auth: "iam",
    restApi: () =>
      signed().add("aws:iam/role:Role", "stranger", { outputs: { name: "stranger", arn: strangerArn } }),
    ask: ({ url, credentials }) =>
      fetchSigned(`${url}/download/a`, credentials.issue({ kind: "role", roleArn: strangerArn })),
  },
  "a wrong signature": {
    auth: "iam",
    restApi: signed,
    ask: ({ url, credentials }) =>
      fetchSigned(`${url}/download/a`, {
        ...credentials.issue({ kind: "developer" }),
        secretAccessKey: "wrong",
      }),
  },
  "with `auth: iam`, no signature or no route": { auth: "iam", restApi: signed },
  "otherwise no route": { ask: ask("/nothing") },
  "the method's throttle": {
    restApi: () =>
      sampleRestApi().add("aws:apigateway/methodSettings:MethodSettings", "settings", {
        inputs: {
          restApi: "api",
          stageName: "dev",
          methodPath: "*/*",
          settings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 },
        },
      }),
    settings: () => ({ elapsed: () => 0 }),
    ask: askTwice,
  },
  "the key's throttle": {
    auth: "apiKey",
    restApi: () => keyed({ throttleSettings: { rateLimit: 1, burstLimit: 1 } }),
    settings: () => ({ elapsed: () => 0 }),
    ask: withKeyTwice,
  },
  "the key's quota": {
    auth: "apiKey",
    restApi: () => keyed({ quotaSettings: { limit: 1, period: "DAY" } }),
    settings: () => ({ now: () => 0 }),
    ask: withKeyTwice,
  },
  "a body above 10 MB": {
    settings: () => ({ limits: { gatewayRequestBytes: 100 } }),
    ask: ask("/echo/a", { method: "POST", body: "x".repeat(101) }),
  },
  "an event above Lambda's 6 MB": {
    lambda: () => Promise.reject(new LambdaServiceError("RequestTooLargeException", "too large")),
  },
  "a preflight with a body that is not JSON": {
    restApi: preflightRestApi,
    ask: ask("/download", { method: "OPTIONS", headers: { "content-type": "text/plain" } }),
  },
  "a malformed escape in the query": { ask: ask("/download/a?a=%zz") },
  "reserved concurrency used up (Lambda's 429)": lambdaRefuses("TooManyRequestsException"),
  "Lambda's own failure (its 500)": lambdaRefuses("ServiceException"),
  "no permission to invoke, or no such function": lambdaRefuses("AccessDeniedException"),
  "a function that fails before it answers": {
    lambda: () => Promise.reject(new FunctionError("Runtime.ExitError", "it ended")),
    fault: /the function failed: Runtime\.ExitError/,
  },
  "a connection to the load balancer that is lost": {
    restApi: privateRestApi,
    settings: async (t) => {
      const backend = await Backend.start(t);
      backend.onRequest = ({ message }) => message.socket.destroy();
      return { links: backend };
    },
    fault: /the connection to the load balancer failed: ECONNRESET/,
  },
  "nothing that listens at the load balancer's port": {
    restApi: privateRestApi,
    settings: async (t) => {
      const backend = await Backend.start(t);
      const { port } = backend;
      await new Promise((resolve) => backend.server.close(resolve));
      return { links: { connect: () => ({ host: "127.0.0.1", port }) } };
    },
    fault: /the connection to the load balancer failed: ECONNREFUSED/,
  },
  "a security group that lets nothing through the link": linkFails("blocked"),
  "no answer within the timeout": {
    settings: () => ({ limits: { gatewayStreamTimeoutMilliseconds: 50 } }),
    lambda: () => new Promise(() => {}),
    fault: /took longer than 50 ms/,
  },
  "a streamed answer with an invalid prelude": {
    lambda: () => Readable.from([Buffer.from("no metadata at all"), Buffer.alloc(8)]),
    fault: /MalformedPreludeError/,
  },
  "a VPC link that does not lead to the load balancer": linkFails("configuration"),
};

test("the status of every row is its code's own", (t) => {
  for (const { when, status, code } of rows) t.is(errorStatus[code as ErrorCode], status, when);
});

test("every row of docs/errors.md has its provocation, and every gateway response its row", (t) => {
  const provoked = rows.map(({ when }) => when).filter((when) => !when.startsWith(AWS_ALONE));
  t.deepEqual(provoked.sort(), Object.keys(provocations).sort());
  const listed = new Set(rows.map(({ responseType }) => responseType));
  for (const { responseType } of gatewayResponses({ auth: "none", corsOrigins: [] }))
    t.true(listed.has(responseType), responseType);
});

for (const { when, responseType, status, code, retryAfter } of rows) {
  const { auth = "none", ...provocation } = provocations[when] ?? {};
  const customizations = gatewayResponses({ auth, corsOrigins: [] });

  if (when.startsWith(AWS_ALONE)) {
    test(`${when}: the gateway response has the code ${code}`, (t) => {
      const customization = customizations.find((response) => response.responseType === responseType);
      t.true(customization?.responseTemplates["application/json"].includes(`"code":"${code}"`));
      t.is(customization?.statusCode, undefined);
      t.is(customization?.responseParameters, undefined);
      // API Gateway's own: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
      t.is(status, responseType === "RESOURCE_NOT_FOUND" ? 404 : 403);
    });
    continue;
  }

  test(`${when}: ${responseType}, ${status} ${code}`, async (t) => {
    const recorded = (provocation.restApi ?? sampleRestApi)();
    for (const { responseType: type, ...inputs } of customizations) recorded.gatewayResponse(type, inputs);
    recorded.stage("dev").accessLog("dev", "$context.error.responseType");
    const gateway = await startGateway(t, recorded, await provocation.settings?.(t));
    if (provocation.lambda !== undefined) gateway.lambda.onStream = provocation.lambda;
    const response = await (provocation.ask ?? ask())(gateway);
    t.is(response.status, status);
    t.is(response.headers.get("content-type"), "application/json");
    t.is(response.headers.get("retry-after"), retryAfter);
    t.like(await response.json(), { error: { code } });
    const types = [await gateway.nextAccessLogLine()];
    if (provocation.ask === askTwice || provocation.ask === withKeyTwice)
      types.push(await gateway.nextAccessLogLine());
    t.is(types.at(-1)?.trim(), responseType);
    t.regex(gateway.errors.splice(0).join(), provocation.fault ?? /^$/);
  });
}
