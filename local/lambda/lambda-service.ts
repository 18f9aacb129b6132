import type { Readable } from "node:stream";

/** Lambda's two Invoke actions, for the rest of the local cloud. */
export interface LambdaService {
  /** @throws LambdaServiceError when the request is refused; FunctionError when the function fails. */
  invoke(request: InvokeRequest): Promise<Buffer>;

  /**
   * Resolves when the function has begun its response.
   *
   * @throws LambdaServiceError when the request is refused; FunctionError when the function fails before its
   * first byte.
   */
  invokeWithResponseStream(request: InvokeRequest): Promise<InvokeResponseStream>;
}

export interface InvokeRequest {
  readonly functionArn: string;
  readonly payload: Buffer;
  /** Who calls: compared with the function's resource-based policy. */
  readonly caller: { readonly service: string; readonly sourceArn: string };
}

export interface InvokeResponseStream {
  /** The content type the function's runtime gave; says whether a metadata prelude comes first. */
  readonly contentType: string;
  /**
   * The response as the runtime sends it, prelude included, held to Lambda's bandwidth cap. Ends when the function
   * ends well; is destroyed with a FunctionError when it does not. Destroying it does not stop the function: as
   * on AWS, it runs on and what it writes is thrown away.
   */
  readonly body: Readable;
}

/** The content type that announces a metadata prelude. */
export const HTTP_INTEGRATION_RESPONSE = "application/vnd.awslambda.http-integration-response";

/** Lambda refused the request or failed itself; the function never ran. */
export class LambdaServiceError extends Error {
  override readonly name = "LambdaServiceError";
  readonly code: LambdaServiceErrorCode;

  constructor(code: LambdaServiceErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export type LambdaServiceErrorCode =
  | "AccessDeniedException"
  | "RequestTooLargeException"
  | "ResourceNotFoundException"
  | "ServiceException"
  | "TooManyRequestsException";

/** The function ran and failed: it threw, timed out, ran out of memory, or its process ended. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** Format: `Sandbox.Timedout`, `Runtime.ExitError`, `Runtime.OutOfMemory`, or the name of what was thrown. */
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.errorType = errorType;
  }
}
