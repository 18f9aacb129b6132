import { limits } from "../../contract/limits.ts";

/** Response transfer mode of an integration: streamed as it is produced, or buffered whole (10 MB and 29 s at most). */
export type ResponseTransferMode = "STREAM" | "BUFFERED";

/** Lambda's own default, used when a function declares no timeout. */
const LAMBDA_DEFAULT_TIMEOUT_SECONDS = 3;

/**
 * The longest an integration may wait for a function: never longer than the function may run, and never the
 * 29 s that API Gateway falls back to for both modes.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
export function integrationTimeoutMilliseconds(
  mode: ResponseTransferMode,
  functionTimeoutSeconds: number = LAMBDA_DEFAULT_TIMEOUT_SECONDS,
): number {
  const longest =
    mode === "STREAM"
      ? limits.gatewayStreamTimeoutMilliseconds.value
      : limits.gatewayBufferedTimeoutMilliseconds.value;
  return Math.min(functionTimeoutSeconds * 1000, longest);
}
