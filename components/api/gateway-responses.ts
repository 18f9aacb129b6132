import type { ErrorCode } from "../../contract/errors.ts";
import type { Auth } from "../../contract/stack-outputs.ts";
import { gatewayResponseCorsParameters } from "./cors.ts";

/** A response of API Gateway itself. */
export interface GatewayResponse {
  readonly responseType: string;
  /** Set only where the status differs from API Gateway's own. */
  readonly statusCode?: string;
  readonly responseTemplates: { readonly "application/json": string };
  readonly responseParameters?: Readonly<Record<string, string>>;
}

/**
 * Gives API Gateway's own errors the body every other Streamgate error has. The types not listed fall back to
 * the two defaults.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export function gatewayResponses({ auth, corsOrigins }: GatewayResponseSource): GatewayResponse[] {
  const cors = gatewayResponseCorsParameters(corsOrigins);
  return [
    response("DEFAULT_4XX", "bad_request"),
    response("DEFAULT_5XX", "internal_error"),
    response("ACCESS_DENIED", "forbidden"),
    response("EXPIRED_TOKEN", "forbidden"),
    // API Gateway's own is 500, 502 or 504, by what failed; callers get one status for one code.
    response("INTEGRATION_FAILURE", "upstream_error", { statusCode: "502" }),
    response("INTEGRATION_TIMEOUT", "upstream_timeout"),
    response("INVALID_API_KEY", "forbidden"),
    response("INVALID_SIGNATURE", "forbidden"),
    missingAuthenticationToken(auth),
    // A gateway response cannot say how long that is: its headers are fixed texts or variables of the request.
    response("QUOTA_EXCEEDED", "quota_exceeded", {
      message: "The API key has used up its requests of the day; the next begins at 00:00 UTC.",
    }),
    response("REQUEST_TOO_LARGE", "payload_too_large"),
    response("RESOURCE_NOT_FOUND", "not_found"),
    response("THROTTLED", "too_many_requests", { retryAfterSeconds: 1 }),
    response("UNSUPPORTED_MEDIA_TYPE", "unsupported_media_type"),
    response("WAF_FILTERED", "forbidden"),
  ].map(({ responseParameters, ...rest }) => {
    const parameters = { ...responseParameters, ...cors };
    return { ...rest, ...(Object.keys(parameters).length > 0 && { responseParameters: parameters }) };
  });
}

/** Settings the gateway responses depend on. */
export interface GatewayResponseSource {
  readonly auth: Auth;
  readonly corsOrigins: readonly string[];
}

/** Response for a path without a method: 404. With IAM, a request without a signature gets the same. */
function missingAuthenticationToken(auth: Auth): GatewayResponse {
  return auth === "iam"
    ? response("MISSING_AUTHENTICATION_TOKEN", "forbidden", {
        message: "The request is not signed, or there is nothing under this path.",
      })
    : response("MISSING_AUTHENTICATION_TOKEN", "not_found", {
        statusCode: "404",
        message: "There is nothing under this path.",
      });
}

function response(
  responseType: string,
  code: ErrorCode,
  {
    statusCode,
    message,
    retryAfterSeconds,
  }: { statusCode?: string; message?: string; retryAfterSeconds?: number } = {},
): GatewayResponse {
  // messageString is API Gateway's text with the quotes around it and everything inside escaped.
  const messageJson = message === undefined ? "$context.error.messageString" : JSON.stringify(message);
  return {
    responseType,
    ...(statusCode !== undefined && { statusCode }),
    responseTemplates: { "application/json": `{"error":{"code":"${code}","message":${messageJson}}}` },
    ...(retryAfterSeconds !== undefined && {
      responseParameters: { "gatewayresponse.header.Retry-After": `'${retryAfterSeconds}'` },
    }),
  };
}
