"""The bytes of an object, whatever S3 does meanwhile."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from .store import ObjectReader, S3ReadError, StoredObject


class ObjectChangedError(Exception):
    """The object is not the one the response began with, so its rest cannot be sent."""


class BrokenBodyError(Exception):
    """The bytes stopped coming, and trying again did not help. The response has to be broken off."""


LARGEST_PIECE_BYTES = 256 * 1024
TRIES_WITHOUT_PROGRESS = 3
FIRST_PAUSE_SECONDS = 0.2

# The end of a body goes out only once all of it is there. When a body breaks off, the adapter puts a text of
# about 200 bytes behind what it has got; were less than that missing, a broken response could have the length
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
    raise ObjectChangedError(f"S3 sent something else than bytes {first}-{found.last}")
