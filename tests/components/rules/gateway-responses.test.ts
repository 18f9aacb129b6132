import test from "ava";
import { gatewayResponses } from "../../../components/rules/gateway-responses.ts";
import { errorCodes } from "../../../contract/errors.ts";

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

for (const { responseType, responseTemplates, responseParameters = {} } of gatewayResponses) {
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
  const types = gatewayResponses.map(({ responseType }) => responseType);
  t.is(new Set(types).size, types.length);
  t.true(types.includes("DEFAULT_4XX") && types.includes("DEFAULT_5XX"));
});

test("only a path without a method gets a status of its own, 404", (t) => {
  t.deepEqual(
    gatewayResponses
      .filter(({ statusCode }) => statusCode !== undefined)
      .map(({ responseType, statusCode }) => [responseType, statusCode]),
    [["MISSING_AUTHENTICATION_TOKEN", "404"]],
  );
});

test("callers that are too fast are told when to come back", (t) => {
  t.deepEqual(
    Object.fromEntries(
      gatewayResponses
        .filter(({ responseParameters }) => responseParameters !== undefined)
        .map(({ responseType, responseParameters }) => [responseType, responseParameters]),
    ),
    {
      QUOTA_EXCEEDED: { "gatewayresponse.header.Retry-After": "'3600'" },
      THROTTLED: { "gatewayresponse.header.Retry-After": "'1'" },
    },
  );
});
