import { MalformedPreludeError } from "../../contract/response-prelude.ts";
import { FunctionError, LambdaServiceError } from "../lambda/lambda-service.ts";
import { InvalidResponseError } from "./exchange.ts";
import { GatewayError } from "./gateway-error.ts";
import type { TransferMode } from "./transfer-mode.ts";
import { MalformedProxyResponseError } from "./proxy-response.ts";

/**
 * Describes a failed integration for the log, without a function's message, which may hold data.
 */
export function describeFailure(error: unknown): string {
  if (error instanceof FunctionError) return `the function failed: ${error.errorType}`;
  if (error instanceof LambdaServiceError)
    return `Lambda refused the invocation: ${error.code}: ${error.message}`;
  if (error instanceof GatewayError) return error.fault ?? error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/**
 * The gateway response for an integration that failed before the client got a status.
 *
 * - A function that fails is 502: verified on AWS for BUFFERED, where a function that fails before its metadata
 *   was also seen as 502 for STREAM; AWS documents no status for that.
 * - Output that breaks the format is 502 when BUFFERED (verified) and 500 when STREAM (documented).
 * - A refusal by Lambda, its own throttling included, is 500; an event above its 6 MB is the client's fault, 413.
 *
 * Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html and
 * https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway-errors.html
 */
export function toGatewayError(error: unknown, mode: TransferMode): GatewayError {
  if (error instanceof GatewayError) return error;
  const fault = describeFailure(error);
  if (error instanceof FunctionError)
    return new GatewayError("INTEGRATION_FAILURE", { statusCode: 502, fault });
  if (error instanceof LambdaServiceError) {
    if (error.code === "RequestTooLargeException") return new GatewayError("REQUEST_TOO_LARGE");
    return new GatewayError("INTEGRATION_FAILURE", { statusCode: 500, fault });
  }
  const isMalformed =
    error instanceof MalformedPreludeError ||
    error instanceof MalformedProxyResponseError ||
    error instanceof InvalidResponseError;
  const statusCode = isMalformed && mode === "BUFFERED" ? 502 : 500;
  return new GatewayError("DEFAULT_5XX", { statusCode, fault });
}
