import test from "ava";
import { accessLogFormat } from "../../../components/api/access-log-format.ts";

/**
 * What AWS documents for REST APIs.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 * and, for the streaming ones, .../response-streaming-troubleshoot.html
 */
const documented = new Set([
  "accountId",
  "apiId",
  "awsEndpointRequestId",
  "deploymentId",
  "domainName",
  "domainPrefix",
  "error.message",
  "error.messageString",
  "error.responseType",
  "error.validationErrorString",
  "extendedRequestId",
  "httpMethod",
  "identity.accountId",
  "identity.apiKey",
  "identity.apiKeyId",
  "identity.caller",
  "identity.principalOrgId",
  "identity.sourceIp",
  "identity.user",
  "identity.userAgent",
  "identity.userArn",
  "integration.error",
  "integration.integrationStatus",
  "integration.latency",
  "integration.requestId",
  "integration.responseTransferMode",
  "integration.status",
  "integration.timeToAllHeaders",
  "integration.timeToFirstContent",
  "integrationLatency",
  "integrationStatus",
  "isCanaryRequest",
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "resourceId",
  "resourcePath",
  "responseLatency",
  "responseLength",
  "routeKey",
  "stage",
  "status",
  "waf.status",
  "wafResponseCode",
  "webaclArn",
  "xrayTraceId",
]);

const fields = JSON.parse(accessLogFormat) as Readonly<Record<string, string>>;

test("the format is one line of JSON, whose every value is one documented variable", (t) => {
  t.notRegex(accessLogFormat, /\n/);
  for (const [name, value] of Object.entries(fields)) {
    t.regex(value, /^\$context\./, name);
    t.true(documented.has(value.slice("$context.".length)), value);
  }
});

test("the format holds the request id, without which API Gateway refuses it", (t) => {
  t.true(Object.values(fields).includes("$context.requestId"));
});

test("what identifies an object or opens the API is not logged", (t) => {
  const values = Object.values(fields);
  for (const secret of ["$context.path", "$context.identity.apiKey", "$context.identity.userAgent"]) {
    t.false(values.includes(secret), secret);
  }
});

test("the variables of a streamed response are logged", (t) => {
  const { responseTransferMode, timeToAllHeaders, timeToFirstContent } = fields;
  t.deepEqual(
    [responseTransferMode, timeToAllHeaders, timeToFirstContent],
    [
      "$context.integration.responseTransferMode",
      "$context.integration.timeToAllHeaders",
      "$context.integration.timeToFirstContent",
    ],
  );
});

test("the format fits API Gateway's 3 KB", (t) => {
  t.true(Buffer.byteLength(accessLogFormat) < 3 * 1024);
});
