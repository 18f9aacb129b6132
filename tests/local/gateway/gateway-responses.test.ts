import test from "ava";
import { sampleRestApi, RecordedRestApi } from "../../helpers/recorded-rest-api.ts";
import { startGateway } from "../../helpers/running-gateway.ts";

const template = '{"error":{"code":"$context.error.responseType","message":$context.error.messageString}}';

/** The sample API's download route, deployed with these gateway responses. */
function restApiWith(responses: Readonly<Record<string, object>>): RecordedRestApi {
  const recorded = new RecordedRestApi().path("a", "root", "a").method("get-a", "a", "GET", "BUFFERED");
  for (const [type, inputs] of Object.entries(responses)) recorded.gatewayResponse(type, { ...inputs });
  return recorded.stage("dev");
}

test("a customised type has its own status, headers and body", async (t) => {
  const { url } = await startGateway(
    t,
    restApiWith({
      MISSING_AUTHENTICATION_TOKEN: {
        statusCode: "404",
        responseTemplates: { "application/json": template },
        responseParameters: {
          "gatewayresponse.header.Cache-Control": "'no-store'",
          "gatewayresponse.header.X-Request": "context.requestId",
        },
      },
    }),
  );
  const response = await fetch(`${url}/nothing`);
  t.is(response.status, 404);
  t.is(response.headers.get("cache-control"), "no-store");
  t.is(response.headers.get("x-request"), response.headers.get("x-amzn-requestid"));
  t.is(response.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
  t.deepEqual(await response.json(), {
    error: { code: "MISSING_AUTHENTICATION_TOKEN", message: "Missing Authentication Token" },
  });
});

test("DEFAULT_4XX and DEFAULT_5XX stand in for types of their class, whose status stays", async (t) => {
  const { url, lambda, errors } = await startGateway(
    t,
    restApiWith({
      DEFAULT_4XX: { responseTemplates: { "text/plain": "client: $context.error.message" } },
      DEFAULT_5XX: { responseTemplates: { "application/json": template } },
    }),
  );
  const missing = await fetch(`${url}/nothing`);
  t.is(missing.status, 403);
  t.is(missing.headers.get("content-type"), "text/plain");
  t.is(await missing.text(), "client: Missing Authentication Token");
  lambda.onInvoke = () => "not a proxy response";
  const failed = await fetch(`${url}/a`);
  t.is(failed.status, 502);
  t.deepEqual(await failed.json(), { error: { code: "DEFAULT_5XX", message: "Internal server error" } });
  errors.pop();
});

test("a type's own customisation goes before DEFAULT_4XX", async (t) => {
  const { url } = await startGateway(
    t,
    restApiWith({ DEFAULT_4XX: { statusCode: "418" }, MISSING_AUTHENTICATION_TOKEN: { statusCode: "404" } }),
  );
  const response = await fetch(`${url}/nothing`);
  t.is(response.status, 404);
  t.is(await response.text(), '{"message":"Missing Authentication Token"}');
});

test("a gateway response the deployment does not wait for is not in force", async (t) => {
  const recorded = restApiWith({}).gatewayResponse("DEFAULT_4XX", { statusCode: "418" });
  const { url } = await startGateway(t, recorded);
  t.is((await fetch(`${url}/nothing`)).status, 403);
});

test("the gateway response of an API does not reach where no stage is", async (t) => {
  const { port } = await startGateway(t, restApiWith({ DEFAULT_4XX: { statusCode: "418" } }));
  t.is((await fetch(`http://127.0.0.1:${port}/other/a`)).status, 403);
});

test("a header of the request is sent back as it came, and left out where there was none", async (t) => {
  const mapping = { "gatewayresponse.header.X-A": "method.request.header.origin" };
  const { url } = await startGateway(t, restApiWith({ DEFAULT_4XX: { responseParameters: mapping } }));
  const given = await fetch(`${url}/nothing`, { headers: { Origin: "https://a.example" } });
  t.is(given.headers.get("x-a"), "https://a.example");
  t.is((await fetch(`${url}/nothing`)).headers.get("x-a"), null);
});

test("a header that comes from the query is left out with a warning", async (t) => {
  const mapping = { "gatewayresponse.header.X-A": "method.request.querystring.a" };
  const recorded = restApiWith({ DEFAULT_4XX: { responseParameters: mapping } });
  const { url, warnings } = await startGateway(t, recorded);
  t.is((await fetch(`${url}/nothing?a=1`)).headers.get("x-a"), null);
  t.regex(warnings.join(), /header X-A is not simulated/);
});

test("HEAD gets a gateway response's status and headers alone", async (t) => {
  const { url } = await startGateway(t, sampleRestApi());
  const response = await fetch(`${url}/nothing`, { method: "HEAD" });
  t.is(response.status, 403);
  t.is(await response.text(), "");
});
