/**
 * The event a REST API's Lambda proxy integration (payload version 1.0) hands to a function.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export interface RestProxyEvent {
  /** Format: `/download/{key+}`. */
  readonly resource: string;
  /** The path after the stage, still percent-encoded as the client sent it. */
  readonly path: string;
  readonly httpMethod: string;
  /** Names as the client wrote them; a repeated header's last value. */
  readonly headers: Readonly<Record<string, string>> | null;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>> | null;
  readonly queryStringParameters: Readonly<Record<string, string>> | null;
  readonly multiValueQueryStringParameters: Readonly<Record<string, readonly string[]>> | null;
  readonly pathParameters: Readonly<Record<string, string>> | null;
  readonly stageVariables: Readonly<Record<string, string>> | null;
  readonly requestContext: RestRequestContext;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

/** What API Gateway knows about the request beyond the request itself. */
export interface RestRequestContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly resourceId: string;
  readonly resourcePath: string;
  readonly httpMethod: string;
  /** The path with the stage. */
  readonly path: string;
  readonly stage: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** Format: `22/Nov/2026:05:09:25 +0000`. */
  readonly requestTime: string;
  readonly requestTimeEpoch: number;
  readonly protocol: string;
  readonly domainName: string;
  readonly domainPrefix: string;
  readonly identity: {
    readonly sourceIp: string;
    readonly userAgent: string | null;
    readonly apiKey?: string;
    readonly apiKeyId?: string;
    readonly [name: string]: string | null | undefined;
  };
}
