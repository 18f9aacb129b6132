"""Serves downloads with FastAPI, behind the Lambda Web Adapter. The package `download` waits for S3 in the thread that
calls it; here those threads are kept apart from the event loop."""

from __future__ import annotations

import os
from asyncio import CancelledError

from anyio import fail_after
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.convertors import Convertor, register_url_convertor
from starlette.types import Message, Send

from download.body import BrokenBodyError
from download.request import Request as DownloadRequest
from download.service import READER_PATIENCE_SECONDS, Download, end_process
from download.store import ObjectStore


class AnyPath(Convertor[str]):
    """Any path; Starlette's own `path` ends at a line break, which a key can hold."""

    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("any", AnyPath())

# No pages of FastAPI's own: nothing is served but the route below.
app = FastAPI(openapi_url=None)
store = ObjectStore.of(os.environ)


@app.api_route("/{path:any}", methods=["GET", "HEAD"])
def answer(request: Request) -> Response:
    """Not `async`, so FastAPI calls it in a thread: S3 is waited for there."""
    asked = as_sent(request)
    if asked.is_readiness_check:
        return Response(status_code=204)
    return DownloadResponse(Download(asked, store))


def as_sent(request: Request) -> DownloadRequest:
    """The request with its path and query still encoded."""
    path, query = request.scope["raw_path"].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    # Of a repeated header the last, as everywhere.
    headers = dict(request.headers.items())
    return DownloadRequest(request.method, path, query, headers)


class DownloadResponse(StreamingResponse):
    """Sends a response at its reader's pace. The pieces of its body are read in threads, one at a time."""

    patience_seconds: float = READER_PATIENCE_SECONDS

    def __init__(self, opened: Download):
        super().__init__(opened.body(), opened.status, opened.headers)
        self._opened = opened

    async def stream_response(self, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            with fail_after(self.patience_seconds):
                await send(message)

        breakage: Exception | None = None
        try:
            await super().stream_response(send_in_time)
        except CancelledError:
            breakage = ConnectionResetError("the adapter has closed the connection")
            raise
        except (OSError, BrokenBodyError) as error:
            # Not raised on: uvicorn closes the connection of an answer that is not whole, and a traceback
            # tells no more.
            breakage = error
        finally:
            self._opened.finish(breakage)
        if isinstance(breakage, TimeoutError):
            end_process()
