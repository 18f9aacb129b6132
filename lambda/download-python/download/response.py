"""The response to a download: RFC 9110."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from itertools import chain
from typing import Any

from .body import BrokenBodyError, self_healing_body
from .conditions import Conditions, read_http_date, single_strong_tag, without_none
from .errors import HttpError
from .file_name import content_disposition
from .request import Request, read_range
from .store import ObjectReader, S3ReadError, StoredObject, failure_of

# One response of Lambda ends at 200 MB; the smaller reading of it is right under both.
# https://docs.aws.amazon.com/lambda/latest/dg/configuration-response-streaming.html
LARGEST_BODY_BYTES = 200_000_000
# So much of a response Lambda sends at full speed.
BURST_BYTES = 6 * 1024 * 1024

# What a page of another origin may read, besides the few headers it always may.
EXPOSED_HEADERS = (
    "ETag,Content-Range,Content-Length,X-Object-Size,"
    "Accept-Ranges,Content-Disposition,Retry-After,Repr-Digest"
)


@dataclass(frozen=True)
class Response:
    """A response whose body, if it has one, is still to be read."""

    status: int
    # One value each, and ASCII alone: the adapter makes something else of what is no plain JSON string.
    headers: Mapping[str, str]
    body: Iterable[bytes] = ()
    # Lets go of what the body is read from, also when it was never read.
    close: Callable[[], None] = lambda: None
    # Size of the whole object; not known on a 304.
    object_size: int | None = None


def open_object(request: Request, reader: ObjectReader) -> Response:
    """Answers a request for an object as HTTP has it: conditions, ranges, validators. Asks S3 once, and a
    second time only when an `If-Range` does not hold. Raises HttpError."""
    request.require_valid_parameters()
    conditions = Conditions.of(request.headers)
    try:
        if request.method == "HEAD":
            found = reader.head(conditions.for_s3())
        else:
            found = open_requested_part(request.headers, conditions, reader)
    except S3ReadError as error:
        if error.status == 304:
            found_headers = [error.headers.get(name) for name in ("etag", "last-modified", "cache-control")]
            return Response(304, validator_headers(*found_headers, is_public=reader.store.is_public))
        raise failure_of(error) from error
    try:
        return respond_with(found, conditions, request, reader)
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


def respond_with(
    found: StoredObject, conditions: Conditions, request: Request, reader: ObjectReader
) -> Response:
    is_public = reader.store.is_public
    verdict = conditions.verdict(found)
    if verdict == 412:
        raise HttpError("precondition_failed")
    if verdict == 304:
        found.close()
        return Response(304, headers_of_validators(found, is_public))
    status = 206 if found.is_part else 200
    headers = object_headers(found, disposition_of(found, reader.key, request), is_public)
    if request.method == "HEAD":
        return Response(status, headers, object_size=found.size)
    require_fit(found)
    body = self_healing_body(found, reader)
    try:
        # A failure before the first piece still has a status.
        first = next(body, b"")
    except BrokenBodyError as error:
        raise HttpError("upstream_error", "The object could not be read.") from error
    return Response(status, headers, chain([first], body), body.close, found.size)


def require_fit(found: StoredObject) -> None:
    if found.length <= LARGEST_BODY_BYTES:
        return
    raise HttpError(
        "range_required",
        f"The object has {found.size} bytes and one answer carries at most {LARGEST_BODY_BYTES}. "
        f'Ask for it in ranges, for example "Range: bytes=0-{BURST_BYTES - 1}".',
        {"Accept-Ranges": "bytes", "X-Object-Size": str(found.size)},
    )


def error_response(thrown: Exception, method: str) -> Response:
    """The response to a request that failed before the first byte. All but an HttpError are our faults: 500."""
    error = thrown if isinstance(thrown, HttpError) else HttpError("internal_error")
    body = to_json({"error": {"code": error.code, "message": error.message}}).encode()
    headers = {
        **error.headers,
        "Cache-Control": "no-store",
        "Content-Length": str(len(body)),
        "Content-Type": "application/json",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(error.status, headers, [] if method == "HEAD" else [body])


def disposition_of(found: StoredObject, key: str, request: Request) -> str:
    stored = found.metadata.get("ContentDisposition")
    asked = request.parameter("disposition"), request.parameter("filename")
    return content_disposition(key, content_type_of(found), stored, *asked)


def object_headers(found: StoredObject, disposition: str, is_public: bool) -> dict[str, str]:
    """The headers of a 200 or 206. Of what was stored with the object only what its bytes cannot be read
    without goes out, and `Cache-Control`."""
    return {
        **headers_of_validators(found, is_public),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition,
        **without_none(
            **{
                "Content-Encoding": content_encoding_of(found),
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


def headers_of_validators(found: StoredObject, is_public: bool) -> dict[str, str]:
    modified = format_datetime(found.last_modified, usegmt=True) if found.last_modified else None
    return validator_headers(found.etag, modified, found.metadata.get("CacheControl"), is_public=is_public)


def validator_headers(
    etag: str | None, modified: str | None, cache_control: str | None, *, is_public: bool
) -> dict[str, str]:
    """What a 304 carries, and every other response with the object too: RFC 9110 section 15.4.5."""
    return {
        **cache_headers(header_value(cache_control), is_public),
        **without_none(**{"ETag": etag, "Last-Modified": modified}),
    }


# Objects may change under the same name.
DEFAULT_CACHE_CONTROL = "private, no-cache"
# What a response's reader shows to be let in, so that a cache never hands it to somebody who shows something
# else.
CREDENTIAL_HEADERS = "Authorization, X-Api-Key"
# Directives that let a shared cache keep a response, and `private` itself, which is set anew.
SHARED_CACHE_DIRECTIVES = {"public", "private", "s-maxage", "proxy-revalidate"}


def cache_headers(stored: str | None, is_public: bool) -> dict[str, str]:
    """What takes credentials to read is `private`, however it was stored: RFC 9111 keeps a response out of shared
    caches by itself only when the request had `Authorization`, and not even then when it says `public`."""
    if is_public:
        return {"Cache-Control": stored or DEFAULT_CACHE_CONTROL}
    return {"Cache-Control": private_cache_control(stored), "Vary": CREDENTIAL_HEADERS}


def private_cache_control(stored: str | None) -> str:
    if stored is None:
        return DEFAULT_CACHE_CONTROL
    # Commas in quotes do not separate.
    directives = [part.strip() for part in re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^",])+', stored)]
    kept = [part for part in directives if part and directive_name(part) not in SHARED_CACHE_DIRECTIVES]
    return ", ".join(["private", *kept])


def directive_name(directive: str) -> str:
    return directive.partition("=")[0].strip().lower()


# Codings a client can take off again: https://www.iana.org/assignments/http-parameters
CONTENT_CODINGS = {
    "aes128gcm",
    "br",
    "compress",
    "dcb",
    "dcz",
    "deflate",
    "exi",
    "gzip",
    "pack200-gzip",
    "x-compress",
    "x-gzip",
    "zstd",
}


def content_encoding_of(found: StoredObject) -> str | None:
    """Uploaders leave there what is no coding of the bytes, such as `aws-chunked` and `utf-8`."""
    stored = header_value(found.metadata.get("ContentEncoding")) or ""
    codings = [coding.strip().lower() for coding in stored.split(",")]
    return ", ".join(coding for coding in codings if coding in CONTENT_CODINGS) or None


def with_cors_headers(
    headers: Mapping[str, str], origin: str | None, allowed: list[str]
) -> Mapping[str, str]:
    """Adds what lets an allowed origin's page read the response, and keeps caches from handing it to another's.
    What asks before the real request, OPTIONS, API Gateway answers by itself."""
    if not allowed:
        return headers
    varied = {**headers, "Vary": ", ".join([*filter(None, [headers.get("Vary")]), "Origin"])}
    if origin not in allowed:
        return varied
    return {
        **varied,
        "Access-Control-Allow-Origin": str(origin),
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


def to_json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
