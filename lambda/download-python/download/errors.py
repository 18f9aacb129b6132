"""The error responses of a download: `contract/errors.ts` has the same codes."""

from __future__ import annotations

from collections.abc import Mapping

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
    "misconfigured": (500, "The API is not set up right; only its operator can mend it."),
    "upstream_error": (502, "The service behind the API failed."),
    "slow_down": (503, "The service behind the API asks for fewer requests."),
}


class HttpError(Exception):
    """A request that ends in an error response before the first byte. Its message goes to the caller as is."""

    def __init__(
        self,
        code: str,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        advice: str | None = None,
    ):
        self.code = code
        self.status, default_message = ERRORS[code]
        self.message = message or default_message
        self.headers = headers or {}
        # What the operator can do, for the log.
        self.advice = advice
        super().__init__(code)
