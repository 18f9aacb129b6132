import { S3ServiceException } from "@aws-sdk/client-s3";
import { Refusal } from "../refusal.ts";

/** A request to S3 that brought no object: what S3 answered, or that nothing came back. */
export class S3ReadError extends Error {
  override readonly name = "S3ReadError";
  /** The status S3 answered with; `undefined` when no answer came. */
  readonly status: number | undefined;
  /** S3's error code, such as `NoSuchKey`, or the name of the failure. S3 sends none in answer to HEAD. */
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

  /** Wraps whatever the SDK threw. */
  static from(thrown: unknown): S3ReadError {
    return new S3ReadError(thrown instanceof Error ? failureName(thrown) : "Unknown", thrown);
  }
}

function failureName(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

/** The SDK copies the members of S3's error document onto the error it throws, as text. */
function readActualObjectSize(error: S3ServiceException): number | undefined {
  const size = "ActualObjectSize" in error ? Number(error.ActualObjectSize) : NaN;
  return Number.isSafeInteger(size) ? size : undefined;
}

/** 403 answers that concern this service's own credentials, which the caller can do nothing about. */
const ownCredentialErrors = new Set(["InvalidAccessKeyId", "RequestTimeTooSkewed", "SignatureDoesNotMatch"]);

/** Seconds. The SDK has backed off and tried three times by then. */
const RETRY_AFTER = "2";

/**
 * The answer to the caller when S3 gave no object. Never repeats S3's words, which name the bucket.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function refusalFor(error: S3ReadError): Refusal {
  const { status, code, actualObjectSize } = error;
  const cause = error;
  if (status === 404 && code !== "NoSuchBucket") {
    return new Refusal("not_found", "There is no object under this key.", { cause });
  }
  if (code === "InvalidObjectState") {
    return new Refusal("forbidden", "The object is archived and must be restored first.", { cause });
  }
  if (status === 403 && !ownCredentialErrors.has(code)) {
    return new Refusal("forbidden", "This object may not be read.", { cause });
  }
  if (status === 412) return new Refusal("precondition_failed", undefined, { cause });
  if (status === 416) {
    if (actualObjectSize === undefined) return new Refusal("range_not_satisfiable", undefined, { cause });
    return new Refusal("range_not_satisfiable", `The object has ${actualObjectSize} bytes.`, {
      headers: {
        "Content-Range": `bytes */${actualObjectSize}`,
        "X-Object-Size": String(actualObjectSize),
      },
      cause,
    });
  }
  if (status === 503)
    return new Refusal("slow_down", undefined, { headers: { "Retry-After": RETRY_AFTER }, cause });
  return new Refusal("upstream_error", "The object could not be read.", { cause });
}
