import { type ContextVariables, formatRequestTime } from "./context-variables.ts";
import type { GatewayError } from "./gateway-error.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Route } from "./router.ts";
import type { Stage } from "./stage.ts";
import type { TransferMode } from "./transfer-mode.ts";

/** The caller of a signed request, as functions and access logs are told. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly accessKey: string;
  readonly caller: string;
  readonly user: string;
  readonly userArn: string;
}

/** The state of one request. Each step of the pipeline sets its own fields; a field that is missing is not known yet. */
export interface RequestContext {
  readonly apiId: string;
  readonly accountId: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
  readonly requestTimeEpoch: number;
  readonly httpMethod: string;
  /** Format: `HTTP/1.1`. */
  readonly protocol: string;
  readonly domainName: string | undefined;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** Set by the method request. */
  target?: RequestTarget;
  /** Set by the method request. */
  stage?: Stage;
  /** Set by the method request. */
  route?: Route;
  /** Set by authorization. */
  caller?: CallerIdentity;
  /** Set by authorization. */
  apiKeyId?: string;
  /** Set by the integration. Times in milliseconds since it was called. */
  readonly integration: {
    responseTransferMode?: TransferMode;
    status?: number | undefined;
    timeToAllHeaders?: number | undefined;
    timeToFirstContent?: number | undefined;
    latency?: number | undefined;
  };
  /** Set by the gateway response. */
  error?: GatewayError;
  /** Status of the response, once it is sent. */
  status?: number;
  /** Bytes of the body sent so far. */
  responseLength: number;
  /** Milliseconds from the request to the end of its response. */
  responseLatency?: number;
}

/**
 * The `$context` variables of a request, by the names AWS gives them.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export function contextVariables(context: RequestContext): ContextVariables {
  const { target, stage, route, caller, integration, error } = context;
  return {
    apiId: context.apiId,
    accountId: context.accountId,
    requestId: context.requestId,
    extendedRequestId: context.extendedRequestId,
    requestTime: formatRequestTime(context.requestTimeEpoch),
    requestTimeEpoch: context.requestTimeEpoch,
    httpMethod: context.httpMethod,
    protocol: context.protocol,
    domainName: context.domainName,
    domainPrefix: context.apiId,
    stage: stage?.name,
    path: stage && target?.path,
    resourcePath: route?.resource.path,
    resourceId: route?.resource.id,
    "identity.sourceIp": context.sourceIp,
    "identity.userAgent": context.userAgent,
    "identity.accountId": caller?.accountId,
    "identity.accessKey": caller?.accessKey,
    "identity.caller": caller?.caller,
    "identity.user": caller?.user,
    "identity.userArn": caller?.userArn,
    "identity.apiKeyId": context.apiKeyId,
    "integration.responseTransferMode": shownTransferMode(integration.responseTransferMode),
    "integration.status": integration.status,
    "integration.timeToAllHeaders": integration.timeToAllHeaders,
    "integration.timeToFirstContent": integration.timeToFirstContent,
    "integration.latency": integration.latency,
    integrationLatency: integration.latency,
    "error.message": error?.message,
    "error.responseType": error?.responseType,
    status: context.status,
    responseLength: context.responseLength,
    responseLatency: context.responseLatency,
  };
}

function shownTransferMode(mode: TransferMode | undefined): string | undefined {
  return mode === "STREAM" ? "STREAMED" : mode;
}
