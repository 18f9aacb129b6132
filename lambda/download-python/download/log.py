"""The one line a request leaves in the log. It holds nothing the caller sent or was sent, and no service's
message."""

from __future__ import annotations

import hashlib
import traceback
from typing import Any

from .body import BrokenBodyError
from .errors import HttpError
from .store import S3ReadError


def key_fields(key: str | None, in_clear: bool) -> dict[str, Any]:
    """Names an object in clear, or by a hash that still tells its requests from those for others."""
    if key is None:
        return {}
    if in_clear:
        return {"key": key}
    return {"keySha256": hashlib.sha256(key.encode()).hexdigest()[:16]}


def outcome_of(status: int, breakage: Exception | None) -> str:
    if breakage is not None:
        return "abandoned" if isinstance(breakage, OSError) else "broken_off"
    if status == 304:
        return "not_modified"
    if status >= 500:
        return "failed"
    return "refused" if status >= 400 else "handed_over"


def failure_fields(error: Exception | None) -> dict[str, Any]:
    """What went wrong, in codes. For a fault of ours also where it is, without the message, which may hold
    what the caller sent."""
    if error is None:
        return {}
    cause = error.__cause__
    if isinstance(error, HttpError):
        advice = {} if error.advice is None else {"advice": error.advice}
        return {"errorCode": error.code, **cause_fields(cause), **advice}
    if isinstance(error, BrokenBodyError):
        return {"cause": code_of(cause)}
    if isinstance(error, OSError):
        return {"cause": "reader_stalled" if isinstance(error, TimeoutError) else "reader_closed"}
    stack = [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    return {"errorCode": "internal_error", "cause": type(error).__name__, "stack": stack}


def cause_fields(cause: BaseException | None) -> dict[str, Any]:
    if cause is None:
        return {}
    request_id = cause.request_id if isinstance(cause, S3ReadError) else None
    return {"cause": code_of(cause), **({} if request_id is None else {"upstreamRequestId": request_id})}


def code_of(error: BaseException | None) -> str:
    if isinstance(error, BrokenBodyError):
        return code_of(error.__cause__)
    return error.code if isinstance(error, S3ReadError) else type(error).__name__
