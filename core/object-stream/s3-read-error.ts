import { S3ServiceException } from "@aws-sdk/client-s3";

/** A request to S3 that brought no object: S3's error, or no response at all. */
export class S3ReadError extends Error {
  override readonly name = "S3ReadError";
  /** Status of S3's response; `undefined` when none came. */
  readonly status: number | undefined;
  /** S3's error code, such as `NoSuchKey`; `HTTP 403` where S3 sends none, as to HEAD; else the failure's own name. */
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Size of the object a range lies outside of. */
  readonly actualObjectSize: number | undefined;

  constructor(code: string, cause?: unknown) {
    super(`S3 request failed: ${code}`, { cause });
    const isAnswer = cause instanceof S3ServiceException;
    this.code = code;
    this.status = isAnswer ? cause.$metadata.httpStatusCode : undefined;
    this.headers = (isAnswer ? cause.$response?.headers : undefined) ?? {};
    this.actualObjectSize = isAnswer ? readActualObjectSize(cause) : undefined;
  }

  /** S3's id of the request, for AWS's support. */
  get requestId(): string | undefined {
    return this.headers["x-amz-request-id"];
  }

  /** Wraps whatever the SDK threw. */
  static from(thrown: unknown): S3ReadError {
    return new S3ReadError(thrown instanceof Error ? failureCode(thrown) : "Unknown", thrown);
  }
}

/** The names the SDK gives to an error response without a document. */
const namesWithoutCode = /^(?:Unknown|UnknownError|NotFound|Forbidden|BadRequest|NotModified|\d{3})$/;

function failureCode(error: Error): string {
  if (error instanceof S3ServiceException && namesWithoutCode.test(error.name)) {
    return `HTTP ${error.$metadata.httpStatusCode ?? "?"}`;
  }
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** The SDK copies the members of S3's error document onto the error it throws, as text. */
function readActualObjectSize(error: S3ServiceException): number | undefined {
  const size = "ActualObjectSize" in error ? Number(error.ActualObjectSize) : NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}
