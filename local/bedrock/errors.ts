import type { SignatureErrorCode } from "../iam/signature-error.ts";

/**
 * The errors of Converse and ConverseStream, and those every AWS service has.
 *
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
 */
const statusCodes = {
  AccessDeniedException: 403,
  IncompleteSignatureException: 400,
  InternalServerException: 500,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  SerializationException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  UnknownOperationException: 404,
  UnrecognizedClientException: 403,
  ValidationException: 400,
} as const satisfies Record<string, number>;

export type BedrockErrorCode = keyof typeof statusCodes;

/** An answer other than the one hoped for, as Bedrock gives it before the stream begins. */
export class BedrockError extends Error {
  override readonly name = "BedrockError";
  readonly code: BedrockErrorCode;
  readonly statusCode: number;
  /** An ordinary part of talking to Bedrock, or ordered by a test: nothing the local cloud has to report. */
  readonly ordinary: boolean;

  constructor(code: BedrockErrorCode, message: string, { ordinary = false } = {}) {
    super(message);
    this.code = code;
    this.statusCode = statusCodes[code];
    this.ordinary = ordinary;
  }

  /** The type's namespace is what AWS sends; SDKs cut it off. */
  get headers(): Readonly<Record<string, string>> {
    return {
      "content-type": "application/json",
      "x-amzn-errortype": `${this.code}:http://internal.amazon.com/coral/com.amazon.bedrock/`,
    };
  }

  get body(): string {
    return JSON.stringify({ message: this.message });
  }
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html */
export const signatureErrorCodes: Readonly<Record<SignatureErrorCode, BedrockErrorCode>> = {
  AccessDenied: "MissingAuthenticationTokenException",
  AuthorizationHeaderMalformed: "IncompleteSignatureException",
  InvalidAccessKeyId: "UnrecognizedClientException",
  InvalidRequest: "IncompleteSignatureException",
  InvalidToken: "UnrecognizedClientException",
  NotImplemented: "IncompleteSignatureException",
  RequestTimeTooSkewed: "InvalidSignatureException",
  SignatureDoesNotMatch: "InvalidSignatureException",
  XAmzContentSHA256Mismatch: "InvalidSignatureException",
};
