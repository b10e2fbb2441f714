"""A request's body within limits of size, time and memory. `webhooks` reads deliveries with it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.requests import ClientDisconnect, Request

MIB = 1 << 20
MOST_BYTES = 25 * MIB
BODY_SECONDS = 20.0
SMALL_BYTES = 16 << 10
SHARED_BYTES = 26 * MIB


class RefusedBodyError(Exception):
    """The body is not taken; `status` and the text are the answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


TOO_LARGE = "The body is larger than 25 MiB"
TOO_SLOW = "The body did not arrive within 20 seconds"
NO_ROOM = "Too many large bodies are arriving at once; try again in a moment"
ENCODED = "The body must not be compressed: send it without Content-Encoding"


class Room:
    """The memory that all large bodies share while they arrive; small ones need none of it."""

    def __init__(self, limit: int = SHARED_BYTES) -> None:
        self._free = limit

    @contextmanager
    def share(self) -> Iterator["Share"]:
        share = Share(self)
        try:
            yield share
        finally:
            self._free += share.taken

    def take(self, size: int) -> None:
        if size > self._free:
            raise RefusedBodyError(503, NO_ROOM)
        self._free -= size


class Share:
    """What one body has taken of the room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.taken = 0

    def grow_to(self, size: int) -> None:
        """Take room for a body of this size, a step at a time. RefusedBodyError where there is none left."""
        if size > max(SMALL_BYTES, self.taken):
            step = min(MOST_BYTES, max(size, 2 * self.taken)) - self.taken
            self._room.take(step)
            self.taken += step


async def read_body(request: Request, share: Share | None, seconds: float = BODY_SECONDS) -> bytearray:
    """The whole body; without a share of the room it is only counted, and empty.

    Raises RefusedBodyError when it is too large, too slow, compressed or finds no room, and starlette's
    ClientDisconnect when the sender is gone.
    """
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise RefusedBodyError(415, ENCODED)
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > MOST_BYTES:
        raise RefusedBodyError(413, TOO_LARGE)
    try:
        async with asyncio.timeout(seconds):
            return await _collected(request, share)
    except TimeoutError:
        raise RefusedBodyError(408, TOO_SLOW) from None


async def _collected(request: Request, share: Share | None) -> bytearray:
    body, seen, is_more = bytearray(), 0, True
    while is_more:
        piece, is_more = await _next_piece(request)
        seen += len(piece)
        if seen > MOST_BYTES:
            raise RefusedBodyError(413, TOO_LARGE)
        if share is not None:
            share.grow_to(seen)
            body += piece
        del piece  # the next one may be a long time coming, to a thousand senders at once
    return body


async def _next_piece(request: Request) -> tuple[bytes, bool]:
    """What came, and whether more is to come. `Request.stream` would hold each piece until the next one."""
    message = await request.receive()
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), message.get("more_body", False)
