"""Serves downloads with Python's standard library, behind the Lambda Web Adapter: nothing to install."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from typing import Any

from download.body import BrokenBodyError
from download.errors import HttpError
from download.request import Request
from download.response import error_response
from download.service import READER_PATIENCE_SECONDS, Download, end_process
from download.store import ObjectStore


class RequestHandler(BaseHTTPRequestHandler):
    """Serves one connection of the adapter."""

    store: ObjectStore
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # For every single write of a body.
    patience_seconds: float = READER_PATIENCE_SECONDS

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        # A body would be taken for the next request.
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # Of a repeated header the last, as everywhere.
        headers = {name.lower(): value for name, value in self.headers.items()}
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
            self.connection.settimeout(self.patience_seconds)
            for piece in download.body():
                self.wfile.write(piece)
        except (OSError, BrokenBodyError) as error:
            breakage = error
            # The adapter has to see that the body is not whole.
            self.close_connection = True
        else:
            self.connection.settimeout(None)
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
        response = error_response(HttpError("bad_request"), "GET")
        self._begin(code, {**response.headers, "Connection": "close"})
        self.wfile.writelines(response.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the lines of `http.server` hold the path and so the key."""


def serve(port: int, store: ObjectStore) -> None:
    handler = type("StoreRequestHandler", (RequestHandler,), {"store": store})
    # The adapter runs beside this process, and nobody else is to reach it.
    loopback = str(IPv4Address(socket.INADDR_LOOPBACK))
    ThreadingHTTPServer((loopback, port), handler).serve_forever()


if __name__ == "__main__":
    serve(int(os.environ["AWS_LWA_PORT"]), ObjectStore.of(os.environ))
