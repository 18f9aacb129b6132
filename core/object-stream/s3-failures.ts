import type { ErrorCode } from "../../contract/errors.ts";
import { Refusal, type RefusalDetails } from "../refusal.ts";
import type { S3ReadError } from "./s3-read-error.ts";

/** Seconds. The SDK has backed off and tried three times by then. */
const RETRY_AFTER = "2";

/** An error response, and for the log what its operator can do. */
interface Failure {
  readonly code: ErrorCode;
  /** Default: the code's own sentence. */
  readonly message?: string;
  readonly advice?: string;
}

const archived: Failure = {
  code: "forbidden",
  message: "The object is archived and must be restored first.",
};
const otherKey: Failure = {
  code: "forbidden",
  message: "The object is encrypted with a key that this API does not have.",
  advice:
    "The object was stored with a customer-provided key (SSE-C), or S3 refuses it in the form it has: store it anew.",
};
const keyUnusable: Failure = {
  code: "forbidden",
  message: "The object is encrypted with a key that cannot be used.",
  advice: "The object's KMS key is disabled, deleted or being deleted: enable it, or store the object anew.",
};
const unreadable: Failure = {
  code: "forbidden",
  message: "This object may not be read.",
  advice:
    "S3 does not let it be read: the role, the bucket's policy, the KMS key's policy (bucketKmsKeyArn), or the object itself.",
};

const noBucket = 'There is no such bucket: correct "bucket".';
const otherRegion = "The bucket is in another Region: deploy the stack in the bucket's.";
const badCredentials = "S3 does not take the role's credentials: look at the role of function or task.";
const account = "S3 serves this account nothing: look at the account's and the bucket owner's state.";

/** What the operator can do, by S3's code or the SDK's name of a failure. */
const operatorsFailures: Readonly<Record<string, string>> = {
  NoSuchBucket: noBucket,
  InvalidBucketName: noBucket,
  PermanentRedirect: otherRegion,
  "HTTP 301": otherRegion,
  AuthorizationHeaderMalformed: otherRegion,
  IllegalLocationConstraintException: otherRegion,
  ExpiredToken: badCredentials,
  InvalidToken: badCredentials,
  InvalidAccessKeyId: badCredentials,
  SignatureDoesNotMatch: badCredentials,
  CredentialsProviderError: badCredentials,
  RequestTimeTooSkewed: "The clock of function or task is wrong.",
  AllAccessDisabled: account,
  AccountProblem: account,
  InvalidPayer: account,
  InvalidSecurity: account,
  NotSignedUp: account,
};

const otherAdvice =
  "Look the cause up in https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList";

/** Statuses and codes of what passes by itself. A KMS key that is throttled is a 400. */
const passingStatuses = new Set([408, 409, 429, 500, 502, 503, 504]);
const passingCodes =
  /^(?:RequestTimeout|SlowDown|OperationAborted|KMS\.(?:\w*Throttl\w*|LimitExceeded\w*|\w*Internal\w*|DependencyTimeout\w*|KeyUnavailable\w*))$/;

/** S3 answered, but not with what it documents. */
const malformed = new Set(["IncompleteAnswer", "MissingBody"]);

/**
 * The error response when S3 gave no object: the caller's doing, the object's (403), the operator's (500, the log says
 * what to do) or passing (503 with `Retry-After`). Never repeats S3's words, which name the bucket.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export function refusalFor(error: S3ReadError): Refusal {
  const { status, code } = error;
  if (status === 404 && code !== "NoSuchBucket") {
    return refusal(error, { code: "not_found", message: "There is no object under this key." });
  }
  if (status === 412) return refusal(error, { code: "precondition_failed" });
  if (status === 416) return rangeNotSatisfiable(error);
  if (malformed.has(code)) {
    return refusal(error, { code: "upstream_error", message: "The object could not be read." });
  }
  const advice = operatorsFailures[code];
  if (advice !== undefined) return refusal(error, { code: "misconfigured", advice });
  if (status === undefined || passingStatuses.has(status) || passingCodes.test(code)) return passing(error);
  return refusal(error, objectsFailure(error) ?? { code: "misconfigured", advice: otherAdvice });
}

/** Why S3 does not give out this one object, whoever asks. */
function objectsFailure({ status, code }: S3ReadError): Failure | undefined {
  if (code === "InvalidObjectState") return archived;
  if (code.startsWith("KMS.")) return keyUnusable;
  // S3 gives HEAD no code: its 400 is that of an object whose key is not there, or that of credentials.
  if (code === "InvalidRequest" || code === "HTTP 400") return otherKey;
  return status === 403 || status === 405 ? unreadable : undefined;
}

function passing(error: S3ReadError): Refusal {
  const isThrottle = error.status === 503 || error.status === 429;
  return refusal(
    error,
    { code: "slow_down", ...(!isThrottle && { message: "S3 cannot be read at the moment; try again." }) },
    { "Retry-After": RETRY_AFTER },
  );
}

function rangeNotSatisfiable(error: S3ReadError): Refusal {
  const { actualObjectSize: size } = error;
  if (size === undefined) return refusal(error, { code: "range_not_satisfiable" });
  return refusal(
    error,
    { code: "range_not_satisfiable", message: `The object has ${size} bytes.` },
    { "Content-Range": `bytes */${size}`, "X-Object-Size": String(size) },
  );
}

function refusal(
  cause: S3ReadError,
  { code, message, advice }: Failure,
  headers: RefusalDetails["headers"] = {},
): Refusal {
  return new Refusal(code, message, { headers, cause, ...(advice !== undefined && { advice }) });
}
