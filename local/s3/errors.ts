import type { ServerResponse } from "node:http";
import type { SignatureErrorCode } from "../iam/signature-error.ts";
import { escapeXml, xmlDeclaration } from "./xml.ts";

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const statusCodes = {
  AccessDenied: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  IncompleteBody: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidToken: 400,
  InvalidURI: 400,
  KeyTooLongError: 400,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotImplemented: 501,
  PreconditionFailed: 412,
  RequestTimeTooSkewed: 403,
  SignatureDoesNotMatch: 403,
  SlowDown: 503,
  XAmzContentSHA256Mismatch: 400,
} as const satisfies Record<SignatureErrorCode, number> & Record<string, number>;

export type S3ErrorCode = keyof typeof statusCodes;

/** An answer other than the one hoped for, in the form S3 gives it. */
export class S3Error extends Error {
  override readonly name = "S3Error";
  readonly code: S3ErrorCode;
  readonly statusCode: number;
  /** Further elements of the XML, such as `ActualObjectSize`. */
  readonly details: Readonly<Record<string, string | number>>;

  constructor(code: S3ErrorCode, message: string, details: Readonly<Record<string, string | number>> = {}) {
    super(message);
    this.code = code;
    this.statusCode = statusCodes[code];
    this.details = details;
  }
}

/** Writes an error the way S3 does. To a HEAD request it answers with the status alone. */
export function sendError(response: ServerResponse, error: S3Error, requestId: string): void {
  const elements = {
    Code: error.code,
    Message: error.message,
    ...error.details,
    RequestId: requestId,
    HostId: "streamgate-local",
  };
  const body = Object.entries(elements).map(
    ([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`,
  );
  response.writeHead(error.statusCode, { "content-type": "application/xml" });
  response.end(
    response.req.method === "HEAD" ? undefined : `${xmlDeclaration}<Error>${body.join("")}</Error>`,
  );
}
