"""One download, from its request to its log line."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Any

from .conditions import without_none
from .log import failure_fields, key_fields, outcome_of
from .request import LAMBDA_CONTEXT, REQUEST_CONTEXT, Request, decode_object_key
from .response import error_response, open_object, to_json, with_cors_headers
from .store import ObjectReader, ObjectStore

# How long nothing at all may be taken before the reader counts as gone. Lambda and API Gateway may take their
# bursts, 6 MB and 10 MB, at once, and then nothing more until the reader has them: at 32 KiB/s, the least
# rate, that lasts so long.
READER_PATIENCE_SECONDS = 512


class Download:
    """One request: its response, and the one line it leaves in the log."""

    def __init__(self, request: Request, store: ObjectStore):
        self._started_at = time.monotonic()
        self._request = request
        self._store = store
        self._reader: ObjectReader | None = None
        self._key: str | None = None
        self._error: Exception | None = None
        self._first_byte_at: float | None = None
        self._bytes_handed_over = 0
        try:
            self._key = decode_object_key(request.encoded_key())
            self._reader = ObjectReader(store, self._key)
            self._response = open_object(request, self._reader)
        except Exception as error:
            self._error = error
            self._response = error_response(error, request.method)
        self.status = self._response.status
        origin = request.headers.get("origin")
        self.headers = with_cors_headers(self._response.headers, origin, store.cors_origins)

    def body(self) -> Iterator[bytes]:
        """The bytes to send, once status and headers are sent. Raises BrokenBodyError."""
        self._first_byte_at = time.monotonic()
        for piece in self._response.body:
            self._bytes_handed_over += len(piece)
            yield piece

    def finish(self, breakage: Exception | None = None) -> None:
        """Lets go of the object and writes the log line.

        breakage: what kept the response from being sent whole. An OSError is the reader's doing."""
        self._response.close()
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
            bytesHandedOver=self._bytes_handed_over,
            durationMilliseconds=since_start(time.monotonic()),
            firstByteMilliseconds=since_start(self._first_byte_at),
            **key_fields(key, self._store.log_keys),
            objectBytes=self._response.object_size,
            s3Requests=reader.requests if reader else 0,
            s3Retries=reader.retries if reader else 0,
        )


def end_process() -> None:
    """Ends an invocation whose reader takes nothing. The adapter, which waits for that reader, would hold it
    until the function's timeout, and it would be billed; one cold start costs less."""
    os._exit(1)
