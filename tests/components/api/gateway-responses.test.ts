import test from "ava";
import { gatewayResponses } from "../../../components/api/gateway-responses.ts";
import { errorCodes } from "../../../contract/errors.ts";

const byKey = gatewayResponses({ auth: "apiKey", corsOrigins: [] });

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const responseTypes = [
  "ACCESS_DENIED",
  "API_CONFIGURATION_ERROR",
  "AUTHORIZER_CONFIGURATION_ERROR",
  "AUTHORIZER_FAILURE",
  "BAD_REQUEST_BODY",
  "BAD_REQUEST_PARAMETERS",
  "DEFAULT_4XX",
  "DEFAULT_5XX",
  "EXPIRED_TOKEN",
  "INTEGRATION_FAILURE",
  "INTEGRATION_TIMEOUT",
  "INVALID_API_KEY",
  "INVALID_SIGNATURE",
  "MISSING_AUTHENTICATION_TOKEN",
  "QUOTA_EXCEEDED",
  "REQUEST_TOO_LARGE",
  "RESOURCE_NOT_FOUND",
  "THROTTLED",
  "UNAUTHORIZED",
  "UNSUPPORTED_MEDIA_TYPE",
  "WAF_FILTERED",
];

for (const { responseType, responseTemplates, responseParameters = {} } of byKey) {
  test(`${responseType} is a type API Gateway has`, (t) => {
    t.true(responseTypes.includes(responseType));
  });

  test(`${responseType} is our JSON error body, whatever API Gateway's message holds`, (t) => {
    const awkward = 'Not "allowed" in C:\\temp\n';
    // messageString is the message as a JSON string, quotes included.
    const text = responseTemplates["application/json"].replaceAll(
      "$context.error.messageString",
      JSON.stringify(awkward),
    );
    const { error, ...rest } = JSON.parse(text) as { error: { code: string; message: string } };
    t.deepEqual(rest, {});
    t.deepEqual(Object.keys(error), ["code", "message"]);
    t.true(Object.hasOwn(errorCodes, error.code));
    t.true(error.message === awkward || /^[A-Z].*\.$/.test(error.message));
    t.notRegex(text, /\$context/);
  });

  test(`${responseType} sets response headers to quoted static values alone`, (t) => {
    for (const [name, value] of Object.entries(responseParameters)) {
      t.regex(name, /^gatewayresponse\.header\.[A-Za-z-]+$/);
      t.regex(value, /^'[^']+'$/);
    }
    t.pass();
  });
}

test("each type is listed once, and both defaults are", (t) => {
  const types = byKey.map(({ responseType }) => responseType);
  t.is(new Set(types).size, types.length);
  t.true(types.includes("DEFAULT_4XX") && types.includes("DEFAULT_5XX"));
});

test("a path without a method is 404, and every failure of an integration 502", (t) => {
  t.deepEqual(
    byKey
      .filter(({ statusCode }) => statusCode !== undefined)
      .map(({ responseType, statusCode }) => [responseType, statusCode]),
    [
      ["INTEGRATION_FAILURE", "502"],
      ["MISSING_AUTHENTICATION_TOKEN", "404"],
    ],
  );
});

test("with IAM an unsigned request and an unknown path are one 403 that says so", (t) => {
  const response = gatewayResponses({ auth: "iam", corsOrigins: [] }).find(
    ({ responseType }) => responseType === "MISSING_AUTHENTICATION_TOKEN",
  );
  t.is(response?.statusCode, undefined);
  t.deepEqual(JSON.parse(String(response?.responseTemplates["application/json"])), {
    error: {
      code: "forbidden",
      message: "The request is not signed, or there is nothing under this path.",
    },
  });
});

const exposed =
  "'ETag,Content-Range,Content-Length,X-Object-Size,Accept-Ranges,Content-Disposition,Retry-After,Repr-Digest'";

for (const [what, corsOrigins, allowed] of [
  ["one origin is named", ["https://a.example"], "'https://a.example'"],
  ["of several the caller's is", ["https://a.example", "https://b.example"], "method.request.header.origin"],
] as const) {
  test(`with CORS every answer can be read and varies by origin: ${what}`, (t) => {
    for (const { responseType, responseParameters } of gatewayResponses({ auth: "none", corsOrigins })) {
      const without = byKey.find((response) => response.responseType === responseType)?.responseParameters;
      t.deepEqual(responseParameters, {
        ...without,
        "gatewayresponse.header.Access-Control-Allow-Origin": allowed,
        "gatewayresponse.header.Access-Control-Expose-Headers": exposed,
        "gatewayresponse.header.Vary": "'Origin'",
      });
    }
  });
}

test("callers that are too fast are told when to come back", (t) => {
  t.deepEqual(
    Object.fromEntries(
      byKey
        .filter(({ responseParameters }) => responseParameters !== undefined)
        .map(({ responseType, responseParameters }) => [responseType, responseParameters]),
    ),
    { THROTTLED: { "gatewayresponse.header.Retry-After": "'1'" } },
  );
});
