/** An answer API Gateway gives by itself, without or instead of the integration's. */
export interface GatewayResponseDefault {
  readonly statusCode: number;
  readonly message: string;
  /** Value of the `x-amzn-ErrorType` header. */
  readonly errorType: string;
}

/**
 * The gateway responses the local gateway gives, with the status, message and error type clients of AWS see. For
 * INTEGRATION_FAILURE AWS documents 504, but clients get 502 or 500: the thrower says which.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const gatewayResponseDefaults = {
  ACCESS_DENIED: { statusCode: 403, message: "Forbidden", errorType: "ForbiddenException" },
  API_CONFIGURATION_ERROR: {
    statusCode: 500,
    message: "Internal server error",
    errorType: "InternalServerErrorException",
  },
  DEFAULT_4XX: { statusCode: 400, message: "Bad Request", errorType: "BadRequestException" },
  DEFAULT_5XX: {
    statusCode: 500,
    message: "Internal server error",
    errorType: "InternalServerErrorException",
  },
  INTEGRATION_FAILURE: {
    statusCode: 502,
    message: "Internal server error",
    errorType: "InternalServerErrorException",
  },
  INTEGRATION_TIMEOUT: {
    statusCode: 504,
    message: "Endpoint request timed out",
    errorType: "InternalServerErrorException",
  },
  INVALID_API_KEY: { statusCode: 403, message: "Forbidden", errorType: "ForbiddenException" },
  INVALID_SIGNATURE: {
    statusCode: 403,
    message:
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    errorType: "InvalidSignatureException",
  },
  MISSING_AUTHENTICATION_TOKEN: {
    statusCode: 403,
    message: "Missing Authentication Token",
    errorType: "MissingAuthenticationTokenException",
  },
  QUOTA_EXCEEDED: { statusCode: 429, message: "Limit Exceeded", errorType: "LimitExceededException" },
  REQUEST_TOO_LARGE: {
    statusCode: 413,
    message: "Request Too Long",
    errorType: "RequestTooLargeException",
  },
  THROTTLED: { statusCode: 429, message: "Too Many Requests", errorType: "TooManyRequestsException" },
  UNSUPPORTED_MEDIA_TYPE: {
    statusCode: 415,
    message: "Unsupported Media Type",
    errorType: "BadRequestException",
  },
} as const satisfies Record<string, GatewayResponseDefault>;

/** The name under which a gateway response can be customised. */
export type GatewayResponseType = keyof typeof gatewayResponseDefaults;

/** Ends a request with a gateway response. */
export class GatewayError extends Error {
  override readonly name = "GatewayError";
  readonly responseType: GatewayResponseType;
  readonly statusCode: number;
  readonly errorType: string;
  /** Fault of the gateway or the integration, for the local cloud's log; `undefined` for an error of the client. */
  readonly fault: string | undefined;

  constructor(
    responseType: GatewayResponseType,
    details: { statusCode?: number; message?: string; errorType?: string; fault?: string } = {},
  ) {
    const defaults = gatewayResponseDefaults[responseType];
    super(details.message ?? defaults.message);
    this.responseType = responseType;
    this.statusCode = details.statusCode ?? defaults.statusCode;
    this.errorType = details.errorType ?? defaults.errorType;
    this.fault = details.fault;
  }
}
