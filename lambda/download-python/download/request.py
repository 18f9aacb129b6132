"""What a request asks for: the object's key, the part of it, and its name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, unquote, unquote_to_bytes

from .errors import HttpError

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
LONGEST_KEY_BYTES = 1024
# The longest name the usual file systems store.
LONGEST_FILENAME_BYTES = 255

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
    # Names in lower case. Of a header in several lines the last, which is the one the adapter passes on.
    headers: Mapping[str, str]

    @property
    def is_readiness_check(self) -> bool:
        """Whether the adapter itself asks. What it passes on always has a context, whatever its path."""
        return self.path == READINESS_PATH and REQUEST_CONTEXT not in self.headers

    def context(self, header: str) -> Mapping[str, Any]:
        """What the adapter tells of the event, which it has as JSON in a header."""
        return cast("Mapping[str, Any]", json.loads(self.headers.get(header, "{}")) or {})

    def encoded_key(self) -> str:
        """The end of the path that the route's parameter matched. A custom domain's base path may stand before
        the route, and be called like it."""
        context = self.context(REQUEST_CONTEXT)
        # The adapter has made slashes of backslashes and folded "." and ".." segments, and would have another
        # object served than was asked for. The context has the path as it was.
        sent: str = context.get("path") or ""
        if "\\" in sent:
            raise HttpError("invalid_key", 'The object key has a bare "\\"; write it as "%5C".')
        require_no_dot_segments(unquote(sent))
        fixed_part = str(context.get("resourcePath") or "").partition("{")[0]
        if not fixed_part:
            return ""
        tails = list(tails_after(self.path, fixed_part))
        # Before the path there is the stage; only a custom domain has none, and its base path in the path.
        is_whole_path = sent == self.path
        if len(tails) > 1 and is_whole_path:
            raise HttpError(
                "invalid_key",
                "Behind this domain the path fits more than one object key; use the API's own domain, "
                "or another base path.",
            )
        return tails[0] if tails else ""

    def parameter(self, name: str) -> str | None:
        """A query parameter; the last, if there are several, as API Gateway has it."""
        values = parse_qs(self.query, keep_blank_values=True).get(name)
        return values[-1] if values else None

    def require_valid_parameters(self) -> None:
        if self.parameter("disposition") not in (None, "attachment", "inline"):
            raise HttpError("invalid_parameter", 'The parameter "disposition" is "attachment" or "inline".')
        if len((self.parameter("filename") or "").encode(errors="replace")) > LONGEST_FILENAME_BYTES:
            raise HttpError(
                "invalid_parameter",
                f'The parameter "filename" is longer than {LONGEST_FILENAME_BYTES} bytes of UTF-8.',
            )


def tails_after(path: str, fixed_part: str) -> Iterator[str]:
    """What follows each place where the fixed part of a route stands in a path."""
    start = path.find(fixed_part)
    while start >= 0:
        yield path[start + len(fixed_part) :]
        # A parameter alone takes the whole path.
        start = -1 if fixed_part == "/" else path.find(fixed_part, start + 1)


def decode_object_key(encoded: str) -> str:
    """Percent escapes are decoded once and `+` stays a plus sign: this is a path, not a form."""
    try:
        if re.search(r"%(?![0-9A-Fa-f]{2})", encoded):
            raise ValueError
        key = unquote_to_bytes(encoded.encode("latin-1")).decode("utf-8")
    except ValueError:
        raise HttpError(
            "invalid_key", 'The object key has a "%" that begins no UTF-8 escape; write it as "%25".'
        ) from None
    if key == "":
        raise HttpError("invalid_key", "The path names no object key.")
    if len(key.encode()) > LONGEST_KEY_BYTES:
        raise HttpError("invalid_key", f"The object key is longer than {LONGEST_KEY_BYTES} bytes of UTF-8.")
    if "\0" in key:
        raise HttpError("invalid_key", "The object key holds a character that no key can hold.")
    require_no_dot_segments(key)
    return key


def require_no_dot_segments(path: str) -> None:
    """Clients and proxies fold these segments away, each in its own way; S3 takes them literally."""
    if not {".", ".."}.isdisjoint(path.split("/")):
        raise HttpError("invalid_key", 'The object key has a "." or ".." segment.')


def read_range(header: str | None) -> str | None:
    """A `Range` header the way S3 is to be asked. Only one range of bytes makes a partial response; several,
    other units and malformed values are ignored, as RFC 9110 section 14.2 allows: the response is then the
    whole object."""
    match = re.fullmatch(r"bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*", header or "", re.IGNORECASE)
    if match is None or match[1] == match[2] == "":
        return None
    first, last = match[1] and offset(match[1]), match[2] and offset(match[2])
    if isinstance(first, int) and isinstance(last, int) and first > last:
        return None
    return f"bytes={first}-{last}"


def offset(digits: str) -> int:
    """No object comes near the largest integer that all systems count to; anything beyond means the same."""
    return min(int(digits.lstrip("0")[:17] or "0"), 2**53 - 1)
