"""Conditional requests: RFC 9110 section 13."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol


class Validators(Protocol):
    """What tells one state of an object from another."""

    @property
    def etag(self) -> str: ...

    @property
    def last_modified(self) -> datetime | None: ...


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

    def verdict(self, found: Validators) -> int:
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
        return parsedate_to_datetime(value.removesuffix("GMT") + " +0000").astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def without_none(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
