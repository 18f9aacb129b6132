"""Streams objects from S3, behind the Lambda Web Adapter, with the standard library and the AWS SDK that
Lambda's Python runtime carries: nothing to install, one file.

The upper part answers a request, whoever serves it: `lambda/download-fastapi` takes it as it is. The lower
part serves it with `http.server`. The answers are those of the Node.js function (`core/object-stream`,
`lambda/download`), against which the tests hold them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from itertools import chain
from typing import Any
from urllib.parse import parse_qs, quote, unquote, unquote_to_bytes

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

# One response of Lambda ends at 200 MB; the smaller reading of it is right under both.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
LARGEST_ANSWER_BYTES = 200_000_000
# So much of a response Lambda sends at full speed.
BURST_BYTES = 6 * 1024 * 1024

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
LONGEST_KEY_BYTES = 1024
# The longest name the usual file systems store.
LONGEST_FILENAME_BYTES = 255

# Each error code with its status and what is said when there is nothing more exact to say.
ERRORS = {
    "invalid_key": (400, "The object key in the path cannot be used."),
    "invalid_parameter": (400, "A query parameter has a value that is not allowed."),
    "range_required": (400, "The object is too large for one response; ask for it in ranges."),
    "bad_request": (400, "The request cannot be understood."),
    "forbidden": (403, "The request carries no valid credentials, or they do not allow it."),
    "not_found": (404, "There is nothing under this path."),
    "precondition_failed": (412, "A condition in the request headers does not hold."),
    "range_not_satisfiable": (416, "The range lies outside the object."),
    "internal_error": (500, "The API failed."),
    "upstream_error": (502, "The service behind the API failed."),
    "slow_down": (503, "The service behind the API asks for fewer requests."),
}


class Refusal(Exception):
    """A request that ends in an error answer before the first byte. Its message goes to the caller as is."""

    def __init__(self, code: str, message: str | None = None, headers: Mapping[str, str] | None = None):
        self.code = code
        self.status, default_message = ERRORS[code]
        self.message = message or default_message
        self.headers = headers or {}
        super().__init__(code)


class S3ReadError(Exception):
    """A request to S3 that brought no object: what S3 answered, or that nothing came back."""

    def __init__(self, thrown: Exception):
        answer: Mapping[str, Any] = thrown.response if isinstance(thrown, ClientError) else {}
        error, metadata = answer.get("Error", {}), answer.get("ResponseMetadata", {})
        self.code = str(error.get("Code", type(thrown).__name__))
        # None when no answer came.
        self.status: int | None = metadata.get("HTTPStatusCode")
        self.headers: Mapping[str, str] = metadata.get("HTTPHeaders", {})
        # Size of the object a range lies outside of.
        self.actual_object_size: str | None = error.get("ActualObjectSize")
        self.retries: int = metadata.get("RetryAttempts", 0)
        super().__init__(self.code)


class IncompleteAnswer(Exception):
    """S3 left out what an answer cannot do without."""


class ObjectChangedError(Exception):
    """The object is not the one the answer began with, so its rest cannot be sent."""


class BrokenBodyError(Exception):
    """The bytes stopped coming, and trying again did not help. The answer has to be broken off."""


# --- The request --------------------------------------------------------------------------------------------

# What the adapter asks until the application answers.
READINESS_PATH = "/ready"

# Headers in which the adapter tells of the event, in JSON. A client's own never get through.
REQUEST_CONTEXT = "x-amzn-request-context"
LAMBDA_CONTEXT = "x-amzn-lambda-context"


@dataclass(frozen=True)
class Request:
    """A request as the adapter passes it on."""

    method: str
    # Percent-encoded as the client sent it, without the query.
    path: str
    query: str
    # Names in lower case, the values of a repeated one joined by ", ".
    headers: Mapping[str, str]

    @property
    def is_readiness_check(self) -> bool:
        """Whether the adapter itself asks. What it passes on always has a context, whatever its path."""
        return self.path == READINESS_PATH and REQUEST_CONTEXT not in self.headers

    def context(self, header: str) -> Mapping[str, Any]:
        """What the adapter tells of the event, which it has as JSON in a header."""
        return json.loads(self.headers.get(header, "{}")) or {}

    def encoded_key(self) -> str:
        """What follows the route's fixed part in the path. A custom domain's base path may precede it."""
        context = self.context(REQUEST_CONTEXT)
        # The adapter has made slashes of backslashes and folded "." and ".." segments, and would have another
        # object served than was asked for. The context has the path as it was.
        sent = context.get("path") or ""
        if "\\" in sent:
            raise Refusal("invalid_key", 'The object key has a bare "\\"; write it as "%5C".')
        require_no_dot_segments(unquote(sent))
        fixed_part = (context.get("resourcePath") or "").partition("{")[0]
        return self.path.partition(fixed_part)[2] if fixed_part else ""

    def parameter(self, name: str) -> str | None:
        """A query parameter; the last, if there are several, as API Gateway has it."""
        values = parse_qs(self.query, keep_blank_values=True).get(name)
        return values[-1] if values else None


def decode_object_key(encoded: str) -> str:
    """Percent escapes are decoded once and `+` stays a plus sign: this is a path, not a form."""
    try:
        if re.search(r"%(?![0-9A-Fa-f]{2})", encoded):
            raise ValueError
        key = unquote_to_bytes(encoded.encode("latin-1")).decode("utf-8")
    except ValueError:
        raise Refusal(
            "invalid_key", 'The object key has a "%" that begins no UTF-8 escape; write it as "%25".'
        ) from None
    if key == "":
        raise Refusal("invalid_key", "The path names no object key.")
    if len(key.encode()) > LONGEST_KEY_BYTES:
        raise Refusal("invalid_key", f"The object key is longer than {LONGEST_KEY_BYTES} bytes of UTF-8.")
    if "\0" in key:
        raise Refusal("invalid_key", "The object key holds a character that no key can hold.")
    require_no_dot_segments(key)
    return key


def require_no_dot_segments(path: str) -> None:
    """Clients and proxies fold these segments away, each in its own way; S3 takes them literally."""
    if not {".", ".."}.isdisjoint(path.split("/")):
        raise Refusal("invalid_key", 'The object key has a "." or ".." segment.')


def read_range(header: str | None) -> str | None:
    """A `Range` header the way S3 is to be asked. Only one range of bytes makes a partial answer; several,
    other units and malformed values are ignored, as RFC 9110 section 14.2 allows: the answer is then the
    whole object."""
    match = re.fullmatch(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", header or "", re.IGNORECASE)
    if match is None or match[1] == match[2] == "":
        return None
    first, last = match[1] and offset(match[1]), match[2] and offset(match[2])
    if first != "" and last != "" and first > last:
        return None
    return f"bytes={first}-{last}"


def offset(digits: str) -> int:
    """No object comes near the largest integer that all systems count to; anything beyond means the same."""
    return min(int(digits.lstrip("0")[:17] or "0"), 2**53 - 1)


# --- Conditions: RFC 9110 section 13 ------------------------------------------------------------------------


@dataclass(frozen=True)
class Conditions:
    """The conditions of a request that count: a date is ignored beside an entity tag of the same kind."""

    if_match: str | None
    if_unmodified_since: datetime | None
    if_none_match: str | None
    if_modified_since: datetime | None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Conditions:
        if_match, if_none_match = headers.get("if-match"), headers.get("if-none-match")
        return cls(
            if_match,
            read_http_date(headers.get("if-unmodified-since")) if if_match is None else None,
            if_none_match,
            read_http_date(headers.get("if-modified-since")) if if_none_match is None else None,
        )

    def for_s3(self) -> dict[str, Any]:
        """What S3 can decide before it opens a body: dates and single entity tags. How it reads lists, `*`
        and weak tags is not documented; `verdict` decides those on its answer."""
        return without_none(
            IfMatch=single_strong_tag(self.if_match),
            IfUnmodifiedSince=self.if_unmodified_since,
            IfNoneMatch=single_strong_tag(self.if_none_match),
            IfModifiedSince=self.if_modified_since,
        )

    def verdict(self, found: StoredObject) -> int:
        """Whether an object in this state may be sent: 200, 304 or 412, in the order of section 13.2.2."""
        modified = found.last_modified
        if self.if_match is not None and not lists_tag(self.if_match, found.etag):
            return 412
        if self.if_unmodified_since and modified and modified > self.if_unmodified_since:
            return 412
        if self.if_none_match is not None and lists_tag(self.if_none_match.replace('W/"', '"'), found.etag):
            return 304
        if self.if_modified_since and modified and modified <= self.if_modified_since:
            return 304
        return 200


ENTITY_TAG = r'"[\x21\x23-\x7e]*"'


def single_strong_tag(value: str | None) -> str | None:
    match = re.fullmatch(rf"\s*({ENTITY_TAG})\s*", value or "")
    return match[1] if match else None


def lists_tag(tags: str, etag: str) -> bool:
    """Strong comparison: a weak tag in the list equals nothing."""
    return tags.strip() == "*" or etag in re.findall(rf"(?:W/)?{ENTITY_TAG}", tags)


# The three forms of RFC 9110 section 5.6.7: today's, RFC 850's and that of C's `asctime`.
HTTP_DATE = (
    r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:[0-5]\d GMT"
    r"|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:[0-5]\d GMT"
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:[0-5]\d \d{4}"
)


def read_http_date(value: str | None) -> datetime | None:
    """None for what is no date in one of the three forms."""
    if value is None or not re.fullmatch(HTTP_DATE, value):
        return None
    try:
        return parsedate_to_datetime(value.removesuffix("GMT") + " +0000").astimezone(timezone.utc)
    except (TypeError, ValueError, OverflowError):
        return None


# --- S3 -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ObjectStore:
    """The part of a bucket that is served."""

    client: Any
    bucket: str
    # Empty, or ends in "/". Part of every key.
    key_prefix: str
    # Whether the log may name objects.
    log_keys: bool
    # Origins whose pages may read answers.
    cors_origins: list[str]

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> ObjectStore:
        """Reads `BUCKET`, `KEY_PREFIX`, `LOG_KEYS` and `CORS_ORIGINS`; ends the process when it cannot serve
        with them."""
        bucket, key_prefix = environment.get("BUCKET", ""), environment.get("KEY_PREFIX", "")
        log_keys = environment.get("LOG_KEYS")
        if bucket == "":
            sys.exit("The environment variable BUCKET is not set: name the bucket to download from.")
        if key_prefix != "" and not key_prefix.endswith("/"):
            sys.exit(
                f'The environment variable KEY_PREFIX is "{key_prefix}": leave it empty or end it in "/".'
            )
        if log_keys not in (None, "true"):
            sys.exit(f'The environment variable LOG_KEYS is "{log_keys}": set it to "true" or not at all.')
        cors_origins = [origin for origin in environment.get("CORS_ORIGINS", "").split(",") if origin]
        return cls(s3_client(), bucket, key_prefix, log_keys == "true", cors_origins)


def s3_client() -> Any:
    """A client set up for streaming; region and credentials come from the environment."""
    return boto3.client(
        "s3",
        config=Config(
            connect_timeout=3,
            # For the answer's headers, and then for every piece of its body.
            read_timeout=15,
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    )


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
        modified = modified and modified.astimezone(timezone.utc)
        return cls(etag, modified, size, first, last, is_part, output, body)

    def close(self) -> None:
        if self.body is not None:
            self.body.close()


class ObjectReader:
    """Reads one object, and counts what that takes."""

    def __init__(self, store: ObjectStore, key: str):
        if not key.startswith(store.key_prefix):
            raise Refusal("forbidden", "The object key lies outside the part of the bucket that is served.")
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

    def _send(self, operation: Any, parameters: Mapping[str, Any]) -> StoredObject:
        self.requests += 1
        try:
            output = operation(Bucket=self.store.bucket, Key=self.key, ChecksumMode="ENABLED", **parameters)
        except Exception as thrown:
            error = S3ReadError(thrown)
            self.retries += error.retries
            raise error from thrown
        self.retries += output["ResponseMetadata"].get("RetryAttempts", 0)
        return StoredObject.of(output)


# Of 403 answers those that concern this service's own credentials, which the caller can do nothing about.
OWN_CREDENTIAL_ERRORS = {"InvalidAccessKeyId", "RequestTimeTooSkewed", "SignatureDoesNotMatch"}


def refusal_for(error: S3ReadError) -> Refusal:
    """The answer to the caller when S3 gave no object. Never repeats S3's words, which name the bucket.
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
    status, code, size = error.status, error.code, error.actual_object_size
    if status == 404 and code != "NoSuchBucket":
        return Refusal("not_found", "There is no object under this key.")
    if code == "InvalidObjectState":
        return Refusal("forbidden", "The object is archived and must be restored first.")
    if status == 403 and code not in OWN_CREDENTIAL_ERRORS:
        return Refusal("forbidden", "This object may not be read.")
    if status == 412:
        return Refusal("precondition_failed")
    if status == 416 and size is not None:
        headers = {"Content-Range": f"bytes */{size}", "X-Object-Size": size}
        return Refusal("range_not_satisfiable", f"The object has {size} bytes.", headers)
    if status == 416:
        return Refusal("range_not_satisfiable")
    if status == 503:
        return Refusal("slow_down", headers={"Retry-After": "2"})
    return Refusal("upstream_error", "The object could not be read.")


# --- The body -----------------------------------------------------------------------------------------------

LARGEST_PIECE_BYTES = 256 * 1024
TRIES_WITHOUT_PROGRESS = 3
FIRST_PAUSE_SECONDS = 0.2

# The end of a body goes out only once all of it is there. When a body breaks off, the adapter puts a text of
# about 200 bytes behind what it has got; were less than that missing, a broken answer could have the length
# of a whole one.
KEPT_BACK_BYTES = 1024


def self_healing_body(found: StoredObject, reader: ObjectReader) -> Generator[bytes, None, None]:
    """Yields exactly the bytes of a part. When the connection to S3 drops, stalls or ends early, the rest is
    read from the next byte on; the reader notices nothing but a pause. Raises BrokenBodyError after three
    tries that brought nothing, or at once when the object has changed."""
    body, first, fruitless_tries = found.body, found.first, 0
    try:
        while first <= found.last:
            try:
                if body is None:
                    time.sleep(FIRST_PAUSE_SECONDS * 2 ** (fruitless_tries - 1))
                    body = reopen(found, first, reader)
                piece = next_piece(body, found.last + 1 - first)
            except Exception as cause:
                if body is not None:
                    body.close()
                if isinstance(cause, ObjectChangedError) or fruitless_tries == TRIES_WITHOUT_PROGRESS:
                    raise BrokenBodyError(f"no byte {first} from S3") from cause
                body = None
                fruitless_tries += 1
            else:
                fruitless_tries = 0
                first += len(piece)
                yield piece
    finally:
        if body is not None:
            body.close()


def next_piece(body: Any, missing: int) -> bytes:
    """What has arrived of a body. Its end is one piece, whole or not at all."""
    if missing > KEPT_BACK_BYTES:
        return read_arrived(body, min(LARGEST_PIECE_BYTES, missing - KEPT_BACK_BYTES))
    end = b""
    while len(end) < missing:
        end += read_arrived(body, missing - len(end))
    return end


def read_arrived(body: Any, most: int) -> bytes:
    """At least one byte. The SDK's own `read` waits for all that are asked for, and has a verdict on the
    checksum when the last byte has been sent on. So the stream below it is read, which it gives out as a
    context; older versions of that stream wait too."""
    stream = body.__enter__()
    arrived: bytes = getattr(stream, "read1", stream.read)(most)
    if arrived == b"":
        raise EOFError("the body ended early")
    return arrived


def reopen(found: StoredObject, first: int, reader: ObjectReader) -> Any:
    """The body from this byte on. Raises ObjectChangedError when the object is no longer the same."""
    try:
        rest = reader.get({"IfMatch": found.etag}, f"bytes={first}-{found.last}")
    except S3ReadError as error:
        if error.status in (404, 412):
            raise ObjectChangedError("the object has changed or is gone") from error
        raise
    if (rest.etag, rest.first, rest.last) == (found.etag, first, found.last) and rest.is_part:
        return rest.body
    rest.close()
    raise ObjectChangedError(f"S3 answered something else than bytes {first}-{found.last}")


# --- The answer ---------------------------------------------------------------------------------------------


# What a page of another origin may read, besides the few headers it always may.
EXPOSED_HEADERS = (
    "ETag,Content-Range,Content-Length,X-Object-Size,"
    "Accept-Ranges,Content-Disposition,Retry-After,Repr-Digest"
)


@dataclass(frozen=True)
class Answer:
    """An answer whose body, if it has one, is still to be read."""

    status: int
    # One value each, and ASCII alone: the adapter makes something else of what is no plain JSON string.
    headers: Mapping[str, str]
    body: Iterable[bytes] = ()
    # Lets go of what the body is read from, also when it was never read.
    close: Callable[[], None] = lambda: None
    # Size of the whole object; not known on a 304.
    object_size: int | None = None


def open_object(request: Request, reader: ObjectReader) -> Answer:
    """Answers a request for an object as HTTP has it: conditions, ranges, validators. Asks S3 once, and a
    second time only when an `If-Range` does not hold. Raises Refusal."""
    require_valid_parameters(request)
    conditions = Conditions.of(request.headers)
    try:
        if request.method == "HEAD":
            found = reader.head(conditions.for_s3())
        else:
            found = open_requested_part(request.headers, conditions, reader)
    except S3ReadError as error:
        if error.status == 304:
            found_headers = [error.headers.get(name) for name in ("etag", "last-modified", "cache-control")]
            return Answer(304, validator_headers(*found_headers))
        raise refusal_for(error) from error
    try:
        return answer_with(found, conditions, request, reader)
    except BaseException:
        found.close()
        raise


def open_requested_part(
    headers: Mapping[str, str], conditions: Conditions, reader: ObjectReader
) -> StoredObject:
    """GetObject has no If-Range: S3 is asked for the part on the condition that the object is the same."""
    byte_range, if_range, s3_conditions = (
        read_range(headers.get("range")),
        headers.get("if-range"),
        conditions.for_s3(),
    )
    if byte_range is None or if_range is None:
        return reader.get(s3_conditions, byte_range)
    etag = single_strong_tag(if_range)
    modified = read_http_date(if_range) if etag is None else None
    try:
        found = reader.get(
            {**without_none(IfMatch=etag, IfUnmodifiedSince=modified), **s3_conditions}, byte_range
        )
        # Strong comparison of tags, exact comparison of dates: RFC 9110 section 13.1.5.
        if found.etag == etag or (modified is not None and found.last_modified == modified):
            return found
        found.close()
    except S3ReadError as error:
        if error.status != 412:
            raise
    return reader.get(s3_conditions)


def answer_with(
    found: StoredObject, conditions: Conditions, request: Request, reader: ObjectReader
) -> Answer:
    verdict = conditions.verdict(found)
    if verdict == 412:
        raise Refusal("precondition_failed")
    if verdict == 304:
        found.close()
        return Answer(304, headers_of_validators(found))
    status = 206 if found.is_part else 200
    headers = object_headers(found, content_disposition(found, reader.key, request))
    if request.method == "HEAD":
        return Answer(status, headers, object_size=found.size)
    require_fit(found)
    body = self_healing_body(found, reader)
    try:
        # A failure before the first piece still has a status.
        first = next(body, b"")
    except BrokenBodyError as error:
        raise Refusal("upstream_error", "The object could not be read.") from error
    return Answer(status, headers, chain([first], body), body.close, found.size)


def require_fit(found: StoredObject) -> None:
    if found.length <= LARGEST_ANSWER_BYTES:
        return
    raise Refusal(
        "range_required",
        f"The object has {found.size} bytes and one answer carries at most {LARGEST_ANSWER_BYTES}. "
        f'Ask for it in ranges, for example "Range: bytes=0-{BURST_BYTES - 1}".',
        {"Accept-Ranges": "bytes", "X-Object-Size": str(found.size)},
    )


def error_answer(thrown: Exception, method: str) -> Answer:
    """The answer to a request that failed before the first byte. All but a Refusal are our faults: 500."""
    refusal = thrown if isinstance(thrown, Refusal) else Refusal("internal_error")
    body = to_json({"error": {"code": refusal.code, "message": refusal.message}}).encode()
    headers = {
        **refusal.headers,
        "Cache-Control": "no-store",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(refusal.status, headers, [] if method == "HEAD" else [body])


def object_headers(found: StoredObject, disposition: str) -> dict[str, str]:
    """The headers of a 200 or 206. Of what was stored with the object only what its bytes cannot be read
    without goes out, and `Cache-Control`."""
    return {
        **headers_of_validators(found),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition,
        **without_none(
            **{
                "Content-Encoding": header_value(found.metadata.get("ContentEncoding")),
                "Content-Language": header_value(found.metadata.get("ContentLanguage")),
                "Content-Range": f"bytes {found.first}-{found.last}/{found.size}" if found.is_part else None,
                "Repr-Digest": repr_digest(found),
            }
        ),
        "Content-Length": str(found.length),
        "Content-Security-Policy": "sandbox",
        "Content-Type": content_type_of(found),
        "X-Content-Type-Options": "nosniff",
        "X-Object-Size": str(found.size),
    }


def headers_of_validators(found: StoredObject) -> dict[str, str]:
    modified = format_datetime(found.last_modified, usegmt=True) if found.last_modified else None
    return validator_headers(found.etag, modified, found.metadata.get("CacheControl"))


def validator_headers(etag: str | None, modified: str | None, cache_control: str | None) -> dict[str, str]:
    """What a 304 carries, and every other answer with the object too: RFC 9110 section 15.4.5."""
    return {
        # Objects may need a key to be read, and may change under the same name.
        "Cache-Control": header_value(cache_control) or "private, no-cache",
        **without_none(**{"ETag": etag, "Last-Modified": modified}),
    }


def cors_headers(origin: str | None, allowed: list[str]) -> dict[str, str]:
    """What lets an allowed origin's page read the answer, and keeps caches from handing it to another's. What
    asks before the real request, OPTIONS, API Gateway answers by itself."""
    if not allowed:
        return {}
    if origin not in allowed:
        return {"Vary": "Origin"}
    return {
        "Vary": "Origin",
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": EXPOSED_HEADERS,
    }


def content_type_of(found: StoredObject) -> str:
    return header_value(found.metadata.get("ContentType")) or "application/octet-stream"


def repr_digest(found: StoredObject) -> str | None:
    """RFC 9530: a digest of the whole object even beside a part of it. S3 does not say which of the two a
    checksum beside a part covers, nor is one over the parts of an upload a digest of the bytes; both are left
    out."""
    sha256 = found.metadata.get("ChecksumSHA256", "")
    is_whole = not found.is_part and found.metadata.get("ChecksumType") == "FULL_OBJECT"
    return f"sha-256=:{sha256}:" if is_whole and re.fullmatch(r"[A-Za-z0-9+/]{43}=", sha256) else None


def header_value(stored: str | None) -> str | None:
    """Whoever stored the object chose these values: one that no header can carry is dropped."""
    return stored if stored is not None and re.fullmatch(r"[\x20-\x7e]{1,1024}", stored) else None


def without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


# --- Content-Disposition: RFC 6266 and RFC 8187 -------------------------------------------------------------

# What a browser may show in place. The files are their uploader's, and a page of theirs must never run beside
# ours: no HTML, no XML and so no SVG.
SHOWN_INLINE = (
    r"application/pdf|text/plain|image/(?:apng|avif|bmp|gif|jpeg|png|webp|x-icon|vnd\.microsoft\.icon)"
    r"|(?:audio|video)/[\w.+-]+"
)
TOKEN = r"[!#$%&'*+.0-9A-Z^_`a-z|~-]+"


def require_valid_parameters(request: Request) -> None:
    if request.parameter("disposition") not in (None, "attachment", "inline"):
        raise Refusal("invalid_parameter", 'The parameter "disposition" is "attachment" or "inline".')
    if len((request.parameter("filename") or "").encode(errors="replace")) > LONGEST_FILENAME_BYTES:
        raise Refusal(
            "invalid_parameter",
            f'The parameter "filename" is longer than {LONGEST_FILENAME_BYTES} bytes of UTF-8.',
        )


def content_disposition(found: StoredObject, key: str, request: Request) -> str:
    """What the caller asks for, except that only harmless content types are shown inline."""
    essence = content_type_of(found).partition(";")[0].strip().lower()
    is_inline = request.parameter("disposition") == "inline" and re.fullmatch(SHOWN_INLINE, essence, re.ASCII)
    # A name with folders in it would leave it to the client to cut them off.
    name = last_segment(request.parameter("filename") or "") or last_segment(key)
    return ("inline" if is_inline else "attachment") + filename_parameters(name)


def last_segment(key: str) -> str:
    return key.rpartition("/")[2]


def filename_parameters(name: str) -> str:
    """Names that are not plain ASCII, or that some clients would percent-decode, are given in two forms."""
    if name == "":
        return ""
    # As many as JavaScript counts, so that the Node.js function writes the same.
    ascii_name = re.sub(r"[^\x20-\x7e]", lambda one: "?" if one[0] <= "\uffff" else "??", name)
    quoted = '"' + re.sub(r'([\\"])', r"\\\1", ascii_name) + '"'
    plain = f"; filename={ascii_name if re.fullmatch(TOKEN, ascii_name) else quoted}"
    if ascii_name == name and not re.search(r"%[0-9A-Fa-f]{2}", name):
        return plain
    return f"{plain}; filename*=UTF-8''{quote(name, safe='!')}"


# --- The log ------------------------------------------------------------------------------------------------


class Download:
    """One request: its answer, and the one line it leaves in the log. That line holds nothing the caller sent
    or was sent, and no service's message."""

    def __init__(self, request: Request, store: ObjectStore):
        self._started_at = time.monotonic()
        self._request = request
        self._store = store
        self._reader: ObjectReader | None = None
        self._key: str | None = None
        self._error: Exception | None = None
        self._first_byte_at: float | None = None
        self._bytes_sent = 0
        try:
            self._key = decode_object_key(request.encoded_key())
            self._reader = ObjectReader(store, self._key)
            self._answer = open_object(request, self._reader)
        except Exception as error:
            self._error = error
            self._answer = error_answer(error, request.method)
        self.status = self._answer.status
        cors = cors_headers(request.headers.get("origin"), store.cors_origins)
        self.headers = {**self._answer.headers, **cors}

    def body(self) -> Iterator[bytes]:
        """The bytes to send, once status and headers are sent. Raises BrokenBodyError."""
        self._first_byte_at = time.monotonic()
        for piece in self._answer.body:
            self._bytes_sent += len(piece)
            yield piece

    def finish(self, breakage: Exception | None = None) -> None:
        """Lets go of the object and writes the log line.

        breakage: what kept the answer from being sent whole. An OSError is the reader's doing."""
        self._answer.close()
        print(to_json(self._log_entry(breakage)), flush=True)

    def _log_entry(self, breakage: Exception | None) -> dict[str, Any]:
        request, reader, key = self._request, self._reader, self._key

        def since_start(moment: float | None) -> int | None:
            return None if moment is None else round((moment - self._started_at) * 1000)

        return without_none(
            requestId=request.context(REQUEST_CONTEXT).get("requestId"),
            lambdaRequestId=request.context(LAMBDA_CONTEXT).get("request_id"),
            method=request.method,
            status=self.status,
            outcome=outcome_of(self.status, breakage),
            **failure_fields(breakage or self._error),
            bytesSent=self._bytes_sent,
            durationMilliseconds=since_start(time.monotonic()),
            firstByteMilliseconds=since_start(self._first_byte_at),
            key=key if self._store.log_keys else None,
            # Still tells the requests for one object from those for others.
            keySha256=(
                hashlib.sha256(key.encode()).hexdigest()[:16] if key and not self._store.log_keys else None
            ),
            objectBytes=self._answer.object_size,
            s3Requests=reader.requests if reader else 0,
            s3Retries=reader.retries if reader else 0,
        )


def outcome_of(status: int, breakage: Exception | None) -> str:
    if breakage is not None:
        return "abandoned" if isinstance(breakage, OSError) else "broken_off"
    if status == 304:
        return "not_modified"
    if status >= 500:
        return "failed"
    return "refused" if status >= 400 else "complete"


def failure_fields(error: Exception | None) -> dict[str, Any]:
    """What went wrong, in codes. For a fault of ours also where it is, without the message, which may hold
    what the caller sent."""
    if error is None:
        return {}
    cause = error.__cause__
    if isinstance(error, Refusal):
        return {"errorCode": error.code, **({"cause": code_of(cause)} if cause else {})}
    if isinstance(error, BrokenBodyError):
        return {"cause": code_of(cause)}
    if isinstance(error, OSError):
        return {"cause": "reader_stalled" if isinstance(error, TimeoutError) else "reader_closed"}
    stack = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    return {"errorCode": "internal_error", "cause": type(error).__name__, "stack": stack}


def code_of(error: BaseException | None) -> str:
    if isinstance(error, BrokenBodyError):
        return code_of(error.__cause__)
    return error.code if isinstance(error, S3ReadError) else type(error).__name__


def to_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


# --- Serving ------------------------------------------------------------------------------------------------

# How long a reader may take over one piece of a body before it counts as gone.
READER_PATIENCE_SECONDS = 60


class RequestHandler(BaseHTTPRequestHandler):
    """Serves one connection of the adapter."""

    store: ObjectStore
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # For every single read and write.
    timeout = READER_PATIENCE_SECONDS

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        # A body would be taken for the next request.
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): ", ".join(self.headers.get_all(name, [])) for name in self.headers}
        request = Request(self.command, path, query, headers)
        if request.is_readiness_check:
            self._begin(204, {})
        else:
            self._send(Download(request, self.store))

    do_HEAD = do_GET

    def _send(self, download: Download) -> None:
        breakage = None
        try:
            self._begin(download.status, download.headers)
            for piece in download.body():
                self.wfile.write(piece)
        except (OSError, BrokenBodyError) as error:
            breakage = error
            # The adapter has to see that the body is not whole.
            self.close_connection = True
        download.finish(breakage)
        if isinstance(breakage, TimeoutError):
            end_process()

    def _begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What `http.server` itself refuses. Its own page would repeat the request."""
        self.close_connection = True
        answer = error_answer(Refusal("bad_request"), "GET")
        self._begin(code, {**answer.headers, "Connection": "close"})
        self.wfile.writelines(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the lines of `http.server` hold the path and so the key."""


def end_process() -> None:
    """Ends an invocation whose reader takes nothing. The adapter, which waits for that reader, would hold it
    until the function's timeout, and it would be billed; one cold start costs less."""
    os._exit(1)


def serve(port: int, store: ObjectStore) -> None:
    handler = type("StoreRequestHandler", (RequestHandler,), {"store": store})
    # The adapter runs beside this process, and nobody else is to reach it.
    loopback = str(IPv4Address(socket.INADDR_LOOPBACK))
    ThreadingHTTPServer((loopback, port), handler).serve_forever()


if __name__ == "__main__":
    serve(int(os.environ["AWS_LWA_PORT"]), ObjectStore.of(os.environ))
