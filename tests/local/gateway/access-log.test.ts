import test from "ava";
import { LambdaServiceError } from "../../../local/lambda/lambda-service.ts";
import { logGroupArn, sampleRestApi } from "../../helpers/recorded-rest-api.ts";
import { startGateway, streamOf } from "../../helpers/running-gateway.ts";

const variables = [
  "requestId",
  "extendedRequestId",
  "httpMethod",
  "resourcePath",
  "path",
  "status",
  "protocol",
  "responseLength",
  "responseLatency",
  "requestTime",
  "requestTimeEpoch",
  "identity.sourceIp",
  "identity.userAgent",
  "identity.apiKeyId",
  "identity.apiKey",
  "apiId",
  "stage",
  "error.message",
  "error.responseType",
  "integration.status",
  "integration.latency",
  "integrationLatency",
  "integration.requestId",
  "integration.responseTransferMode",
  "integration.timeToAllHeaders",
  "integration.timeToFirstContent",
];
const format = JSON.stringify(Object.fromEntries(variables.map((name) => [name, `$context.${name}`])));

test("a streamed request is one line in the format of the stage", async (t) => {
  const now = Date.UTC(2026, 10, 22, 5, 9, 25);
  const recorded = sampleRestApi()
    .change("get-download", { apiKeyRequired: true })
    .usagePlan("dev", "the-key")
    .accessLog("dev", format);
  const { url, lambda, nextAccessLogLine } = await startGateway(t, recorded, { now: () => now });
  lambda.onStream = () => streamOf({ statusCode: 206 }, "12345");
  const headers = { "x-api-key": "the-key", "User-Agent": 'a "quoted" agent' };
  const response = await fetch(`${url}/download/a?b=c`, { headers });
  await response.text();
  const line = await nextAccessLogLine();
  const logged = JSON.parse(line) as Record<string, string>;
  for (const name of [
    "responseLatency",
    "integration.latency",
    "integrationLatency",
    "integration.timeToAllHeaders",
    "integration.timeToFirstContent",
  ]) {
    t.regex(String(logged[name]), /^\d+$/, name);
    delete logged[name];
  }
  t.deepEqual(logged, {
    requestId: response.headers.get("x-amzn-requestid"),
    extendedRequestId: response.headers.get("x-amz-apigw-id"),
    httpMethod: "GET",
    resourcePath: "/download/{key+}",
    path: "/dev/download/a",
    status: "206",
    protocol: "HTTP/1.1",
    responseLength: "5",
    requestTime: "22/Nov/2026:05:09:25 +0000",
    requestTimeEpoch: String(now),
    "identity.sourceIp": "127.0.0.1",
    "identity.userAgent": 'a "quoted" agent',
    "identity.apiKeyId": "api-key",
    "identity.apiKey": "-",
    apiId: "api",
    stage: "dev",
    "error.message": "-",
    "error.responseType": "-",
    "integration.status": "200",
    "integration.requestId": "-",
    "integration.responseTransferMode": "STREAMED",
  });
  t.false(line.includes("the-key"));
});

test("a refused request names the gateway response and no integration", async (t) => {
  const { url, nextAccessLogLine } = await startGateway(t, sampleRestApi().accessLog("dev", format));
  await fetch(`${url}/nothing`);
  const logged = JSON.parse(await nextAccessLogLine()) as Record<string, string>;
  t.is(logged["status"], "403");
  t.is(logged["error.responseType"], "MISSING_AUTHENTICATION_TOKEN");
  t.is(logged["error.message"], "Missing Authentication Token");
  t.is(logged["resourcePath"], "-");
  t.is(logged["integration.latency"], "-");
  t.is(logged["integration.responseTransferMode"], "-");
});

test("a failed integration is logged with its mode and the error", async (t) => {
  const { url, lambda, errors, nextAccessLogLine } = await startGateway(
    t,
    sampleRestApi().accessLog("dev", format),
  );
  lambda.onInvoke = () =>
    Promise.reject(new LambdaServiceError("TooManyRequestsException", "Rate Exceeded."));
  await fetch(`${url}/echo/a`);
  const logged = JSON.parse(await nextAccessLogLine()) as Record<string, string>;
  t.is(logged["status"], "500");
  t.is(logged["error.responseType"], "INTEGRATION_FAILURE");
  t.is(logged["integration.responseTransferMode"], "BUFFERED");
  t.is(errors.length, 1);
  errors.pop();
});

test("text around variables stays, an unknown variable is a hyphen, messageString brings its quotes", async (t) => {
  const recorded = sampleRestApi().accessLog(
    "dev",
    "$context.httpMethod. $context.nothing; $context.error.messageString",
  );
  const { url, nextAccessLogLine } = await startGateway(t, recorded);
  await fetch(`${url}/nothing`);
  t.is(await nextAccessLogLine(), 'GET. -; "Missing Authentication Token"');
});

test("a destination that is no recorded log group is refused", async (t) => {
  const recorded = sampleRestApi().change("dev", {
    accessLogSettings: { destinationArn: logGroupArn, format: "x" },
  });
  await t.throwsAsync(startGateway(t, recorded), {
    name: "GraphError",
    message: /"dev": accessLogSettings\.destinationArn .* is no log group's ARN$/,
  });
});
