"""Reads objects from S3."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from .conditions import without_none
from .errors import HttpError


class S3ReadError(Exception):
    """A request to S3 that brought no object: S3's error, or no response at all."""

    def __init__(self, thrown: Exception):
        response: Mapping[str, Any] = thrown.response if isinstance(thrown, ClientError) else {}
        error, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
        # None when no response came.
        self.status: int | None = metadata.get("HTTPStatusCode")
        # S3's error code; the status where S3 sends none, as to HEAD; else the failure's own name.
        code = str(error.get("Code", type(thrown).__name__))
        self.code = f"HTTP {code}" if code.isdecimal() else code
        self.headers: Mapping[str, str] = metadata.get("HTTPHeaders", {})
        # S3's id of the request, for AWS's support.
        self.request_id = self.headers.get("x-amz-request-id")
        # Size of the object a range lies outside of.
        self.actual_object_size: str | None = error.get("ActualObjectSize")
        self.retries: int = metadata.get("RetryAttempts", 0)
        super().__init__(self.code)


class IncompleteAnswer(Exception):
    """S3 left out what a response cannot do without."""


@dataclass(frozen=True)
class ObjectStore:
    """The part of a bucket that is served."""

    client: Any
    bucket: str
    # Empty, or ends in "/". Part of every key.
    key_prefix: str
    # Whether it takes no credentials to read the objects.
    is_public: bool
    # Whether the log may name objects.
    log_keys: bool
    # Origins whose pages may read responses.
    cors_origins: list[str]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> ObjectStore:
        """Reads `BUCKET`, `KEY_PREFIX`, `PUBLIC`, `LOG_KEYS` and `CORS_ORIGINS`; ends the process when it
        cannot serve with them."""
        bucket, key_prefix = environment.get("BUCKET", ""), environment.get("KEY_PREFIX", "")
        if bucket == "":
            sys.exit("The environment variable BUCKET is not set: name the bucket to download from.")
        if key_prefix != "" and not key_prefix.endswith("/"):
            sys.exit(
                f'The environment variable KEY_PREFIX is "{key_prefix}": leave it empty or end it in "/".'
            )
        is_public, log_keys = read_flag(environment, "PUBLIC"), read_flag(environment, "LOG_KEYS")
        cors_origins = [origin for origin in environment.get("CORS_ORIGINS", "").split(",") if origin]
        return cls(s3_client(), bucket, key_prefix, is_public, log_keys, cors_origins)


def read_flag(environment: Mapping[str, str], name: str) -> bool:
    """ "true" or nothing, so that a mistyped value neither publishes objects nor writes their keys into the
    log."""
    value = environment.get(name)
    if value not in (None, "true"):
        sys.exit(f'The environment variable {name} is "{value}": set it to "true" or not at all.')
    return value == "true"


def s3_client() -> Any:
    """A client set up for streaming; region and credentials come from the environment."""
    client = boto3.client(
        "s3",
        config=Config(
            connect_timeout=3,
            # For the response's headers, and then for every piece of its body.
            read_timeout=15,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )
    client.meta.events.register_last("before-parameter-build.s3", stay_in_region)
    return client


def stay_in_region(context: dict[str, Any], **_: Any) -> None:
    """Keeps the SDK from looking for the bucket in other Regions, which it does after every 301 and after every
    400 to HEAD: where the bucket is is the operator's to say."""
    context.setdefault("s3_redirect", {})["redirected"] = True


@dataclass(frozen=True)
class StoredObject:
    """An object, or a part of one, as S3 describes it."""

    etag: str
    last_modified: datetime | None
    # Size of the whole object, whatever part of it is sent.
    size: int
    # The part S3 sends, first and last byte included. An empty object has `last` below `first`.
    first: int
    last: int
    is_part: bool
    metadata: Mapping[str, Any]
    # Holds a connection until it is read to its end or closed. None in answer to HEAD.
    body: Any

    @property
    def length(self) -> int:
        return self.last + 1 - self.first

    @classmethod
    def of(cls, output: Mapping[str, Any]) -> StoredObject:
        etag, length, content_range = (output.get(name) for name in ("ETag", "ContentLength", "ContentRange"))
        part = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", content_range or "")
        first, last, size = map(int, part.groups()) if part else (0, (length or 0) - 1, length or 0)
        is_whole = content_range is None and length is not None
        is_part = part is not None and first <= last < size
        if etag is None or not (is_whole or is_part):
            raise S3ReadError(IncompleteAnswer())
        modified, body = output.get("LastModified"), output.get("Body")
        modified = modified and modified.astimezone(UTC)
        return cls(etag, modified, size, first, last, is_part, output, body)

    def close(self) -> None:
        if self.body is not None:
            self.body.close()


class ObjectReader:
    """Reads one object, and counts what that takes."""

    def __init__(self, store: ObjectStore, key: str):
        if not key.startswith(store.key_prefix):
            raise HttpError("forbidden", "The object key lies outside the part of the bucket that is served.")
        self.store = store
        self.key = key
        # Each counted once however often the SDK tried.
        self.requests = 0
        # Further tries the SDK made.
        self.retries = 0

    def head(self, conditions: Mapping[str, Any]) -> StoredObject:
        return self._send(self.store.client.head_object, conditions)

    def get(self, conditions: Mapping[str, Any], byte_range: str | None = None) -> StoredObject:
        return self._send(self.store.client.get_object, {**conditions, **without_none(Range=byte_range)})

    def _send(self, operation: Callable[..., Any], parameters: Mapping[str, Any]) -> StoredObject:
        self.requests += 1
        try:
            output = operation(Bucket=self.store.bucket, Key=self.key, ChecksumMode="ENABLED", **parameters)
        except Exception as thrown:
            error = S3ReadError(thrown)
            self.retries += error.retries
            raise error from thrown
        self.retries += output["ResponseMetadata"].get("RetryAttempts", 0)
        return StoredObject.of(output)


def failure_of(error: S3ReadError) -> HttpError:
    """The error response when S3 gave no object: the caller's doing, the object's (403), the operator's (500, the
    log says what to do) or passing (503 with `Retry-After`). Never repeats S3's words, which name the bucket.
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    status, code = error.status, error.code
    if status == 404 and code != "NoSuchBucket":
        return HttpError("not_found", "There is no object under this key.")
    if status == 412:
        return HttpError("precondition_failed")
    if status == 416:
        return range_not_satisfiable(error.actual_object_size)
    if code == IncompleteAnswer.__name__:
        return HttpError("upstream_error", "The object could not be read.")
    if code in OPERATORS_FAILURES:
        return HttpError("misconfigured", advice=OPERATORS_FAILURES[code])
    if status is None or status in PASSING_STATUSES or re.fullmatch(PASSING_CODES, code):
        message = None if status in (429, 503) else "S3 cannot be read at the moment; try again."
        return HttpError("slow_down", message, {"Retry-After": RETRY_AFTER})
    return objects_failure(error) or HttpError("misconfigured", advice=OTHER_ADVICE)


def range_not_satisfiable(size: str | None) -> HttpError:
    if size is None:
        return HttpError("range_not_satisfiable")
    headers = {"Content-Range": f"bytes */{size}", "X-Object-Size": size}
    return HttpError("range_not_satisfiable", f"The object has {size} bytes.", headers)


def objects_failure(error: S3ReadError) -> HttpError | None:
    """Why S3 does not give out this one object, whoever asks."""
    if error.code == "InvalidObjectState":
        return HttpError("forbidden", "The object is archived and must be restored first.")
    if error.code.startswith("KMS."):
        return HttpError(
            "forbidden",
            "The object is encrypted with a key that cannot be used.",
            advice="The object's KMS key is disabled, deleted or being deleted: enable it, or store the object "
            "anew.",
        )
    # S3 gives HEAD no code: its 400 is that of an object whose key is not there, or that of credentials.
    if error.code in ("InvalidRequest", "HTTP 400"):
        return HttpError(
            "forbidden",
            "The object is encrypted with a key that this API does not have.",
            advice="The object was stored with a customer-provided key (SSE-C), or S3 refuses it in the form it "
            "has: store it anew.",
        )
    if error.status not in (403, 405):
        return None
    return HttpError(
        "forbidden",
        "This object may not be read.",
        advice="S3 does not let it be read: the role, the bucket's policy, the KMS key's policy "
        "(bucketKmsKeyArn), or the object itself.",
    )


# Seconds. The SDK has backed off and tried three times by then.
RETRY_AFTER = "2"

NO_BUCKET = 'There is no such bucket: correct "bucket".'
OTHER_REGION = "The bucket is in another Region: deploy the stack in the bucket's."
BAD_CREDENTIALS = "S3 does not take the role's credentials: look at the role of function or task."
ACCOUNT = "S3 serves this account nothing: look at the account's and the bucket owner's state."

# What the operator can do, by S3's code or the SDK's name of a failure.
OPERATORS_FAILURES = {
    "NoSuchBucket": NO_BUCKET,
    "InvalidBucketName": NO_BUCKET,
    "PermanentRedirect": OTHER_REGION,
    "HTTP 301": OTHER_REGION,
    "AuthorizationHeaderMalformed": OTHER_REGION,
    "IllegalLocationConstraintException": OTHER_REGION,
    "ExpiredToken": BAD_CREDENTIALS,
    "InvalidToken": BAD_CREDENTIALS,
    "InvalidAccessKeyId": BAD_CREDENTIALS,
    "SignatureDoesNotMatch": BAD_CREDENTIALS,
    "NoCredentialsError": BAD_CREDENTIALS,
    "PartialCredentialsError": BAD_CREDENTIALS,
    "CredentialRetrievalError": BAD_CREDENTIALS,
    "RequestTimeTooSkewed": "The clock of function or task is wrong.",
    "AllAccessDisabled": ACCOUNT,
    "AccountProblem": ACCOUNT,
    "InvalidPayer": ACCOUNT,
    "InvalidSecurity": ACCOUNT,
    "NotSignedUp": ACCOUNT,
}
OTHER_ADVICE = (
    "Look the cause up in https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList"
)

# What passes by itself. A KMS key that is throttled is a 400.
PASSING_STATUSES = {408, 409, 429, 500, 502, 503, 504}
PASSING_CODES = (
    r"RequestTimeout|SlowDown|OperationAborted"
    r"|KMS\.(?:\w*Throttl\w*|LimitExceeded\w*|\w*Internal\w*|DependencyTimeout\w*|KeyUnavailable\w*)"
)
