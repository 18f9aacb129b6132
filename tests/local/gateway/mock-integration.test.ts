import test from "ava";
import { RecordedRestApi } from "../../helpers/recorded-rest-api.ts";
import { sendRaw, startGateway } from "../../helpers/running-gateway.ts";

const place = { restApi: "api", resourceId: "a", httpMethod: "OPTIONS" };
const allowOrigin = "method.response.header.Access-Control-Allow-Origin";
const template =
  '#if($input.params("Origin") == "https://b.example")#set($context.responseOverride.header.Access-Control-Allow-Origin = "https://b.example")#end';

/** `OPTIONS /a` answered by a mock, with its inputs changed where given. */
function mockedRestApi(inputs: {
  readonly integration?: object;
  readonly methodResponse?: object;
  readonly response?: object;
}): RecordedRestApi {
  return new RecordedRestApi()
    .path("a", "root", "a")
    .add("aws:apigateway/method:Method", "options", { inputs: { ...place, authorization: "NONE" } })
    .add("aws:apigateway/integration:Integration", "mock", {
      inputs: {
        ...place,
        type: "MOCK",
        passthroughBehavior: "NEVER",
        requestTemplates: { "application/json": '{"statusCode": 204}' },
        ...inputs.integration,
      },
    })
    .add("aws:apigateway/methodResponse:MethodResponse", "method-response", {
      inputs: {
        ...place,
        statusCode: "204",
        responseParameters: { [allowOrigin]: true },
        ...inputs.methodResponse,
      },
    })
    .add("aws:apigateway/integrationResponse:IntegrationResponse", "response", {
      inputs: {
        ...place,
        statusCode: "204",
        responseParameters: { [allowOrigin]: "'https://a.example'" },
        responseTemplates: { "application/json": template },
        ...inputs.response,
      },
    });
}

function options(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${url}/a`, { method: "OPTIONS", headers });
}

test("a mock answers with its status and headers, and no integration is called", async (t) => {
  const { url, lambda, nextAccessLogLine } = await startGateway(
    t,
    mockedRestApi({}).stage("dev").accessLog("dev", "$context.status $context.resourcePath"),
  );
  const response = await options(url);
  t.is(response.status, 204);
  t.is(response.headers.get("access-control-allow-origin"), "https://a.example");
  t.is(await response.text(), "");
  t.is(lambda.requests.length, 0);
  t.is(await nextAccessLogLine(), "204 /a");
});

test("its template puts another header in the place of the fixed one, for the name as it was written", async (t) => {
  const { port } = await startGateway(t, mockedRestApi({}).stage("dev"));
  const ask = (header: string) =>
    sendRaw(
      port,
      `OPTIONS /dev/a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}: https://b.example\r\n\r\n`,
    );
  t.regex(await ask("Origin"), /access-control-allow-origin: https:\/\/b\.example\r\n/i);
  t.regex(await ask("origin"), /access-control-allow-origin: https:\/\/a\.example\r\n/i);
});

test("a media type without a template is 415, or 500 where it is passed on to a mock", async (t) => {
  const refusing = await startGateway(t, mockedRestApi({}).stage("dev"));
  t.is((await options(refusing.url, { "Content-Type": "text/plain" })).status, 415);
  t.is((await options(refusing.url, { "Content-Type": "application/json; charset=utf-8" })).status, 204);

  const passing = mockedRestApi({ integration: { passthroughBehavior: undefined } }).stage("dev");
  const { url, errors } = await startGateway(t, passing);
  t.is((await options(url, { "Content-Type": "text/plain" })).status, 500);
  t.regex(String(errors.pop()), /no response for the request/);
});

test("a response that the deployment does not wait for is not there yet", async (t) => {
  const late = mockedRestApi({})
    .remove("response")
    .stage("dev")
    .add("aws:apigateway/integrationResponse:IntegrationResponse", "response", {
      inputs: { ...place, statusCode: "204" },
    });
  const { url, errors } = await startGateway(t, late);
  t.is((await options(url)).status, 500);
  t.regex(String(errors.pop()), /no response for the request/);
});

test("a status goes to the response whose pattern takes it", async (t) => {
  const recorded = mockedRestApi({ response: { selectionPattern: "4\\d\\d" } }).stage("dev");
  const { url, errors } = await startGateway(t, recorded);
  t.is((await options(url)).status, 500);
  errors.pop();
  const other = mockedRestApi({ response: { selectionPattern: "20\\d" } }).stage("dev");
  t.is((await options((await startGateway(t, other)).url)).status, 204);
});

for (const [what, inputs, message] of [
  [
    "without a method response of its status",
    { methodResponse: { statusCode: "200" } },
    /no method response 204/,
  ],
  [
    "with a header its method response does not declare",
    { methodResponse: { responseParameters: {} } },
    /is no header that its method response declares/,
  ],
  [
    "with a header from the integration's response",
    { response: { responseParameters: { [allowOrigin]: "integration.response.header.X" } } },
    /is no text in quotes/,
  ],
] as const) {
  test(`a response ${what} is refused on loading`, async (t) => {
    await t.throwsAsync(startGateway(t, mockedRestApi(inputs).stage("dev")), { message });
  });
}

for (const [what, inputs] of [
  [
    "a request template that is more than a status",
    { integration: { requestTemplates: { "application/json": "$x" } } },
  ],
  ["a response template with a body", { response: { responseTemplates: { "application/json": "hello" } } }],
] as const) {
  test(`${what} is 500, and said so on loading`, async (t) => {
    const { url, warnings, errors } = await startGateway(t, mockedRestApi(inputs).stage("dev"));
    t.is((await options(url)).status, 500);
    t.regex(warnings.join(), /MOCK \(.*template.*\) integrations are not simulated/);
    errors.pop();
  });
}
