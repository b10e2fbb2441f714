"""How many connections may be open, and how long each may take to ask. `serving` gives it to uvicorn.

uvicorn itself waits for ever for the rest of a request, and takes every connection that the system allows.
"""

import asyncio
import logging
import resource
import time
from collections.abc import Callable
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 1000
REQUEST_SECONDS = 30.0
LINGER_SECONDS = 10.0
OWN_FILES = 100
"""File descriptors kept for the database, Jira and mail."""
READ_BYTES = 16 << 10
UNREAD_BYTES = 16 << 10
MOST_HEADER_BYTES = 32 << 10
"""What a connection may make us hold: read at once, read and not yet asked for, a head that is not complete.
A thousand of them must not fill the memory."""
FREE_PIECES = 256
PIECE_BYTES = 512
"""A body may come in so many pieces, and in one more for each so many bytes."""
BOTH_LENGTHS = frozenset({b"content-length", b"transfer-encoding"})
QUIET_SECONDS = 60.0


class Seldom(logging.Filter):
    """Lets each of uvicorn's warnings about what was sent to it into the log once a minute: anybody can cause
    thousands of them."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        text, now = record.getMessage(), time.monotonic()
        if record.levelno != logging.WARNING:
            return True
        if now - self._told.get(text, -QUIET_SECONDS) < QUIET_SECONDS:
            return False
        self._told[text] = now
        return True


class Wholesale(h11.Connection):
    """Refuses a request whose end a proxy before us may have seen elsewhere (RFC 9112, 6.3). Stops at a body
    in a great many tiny pieces: each costs as much as a large one, and a single read may bring ten thousand,
    during which nobody else would be served."""

    def __init__(self, most_incomplete: int, on_crumbs: Callable[[], object]) -> None:
        super().__init__(h11.SERVER, most_incomplete)
        self._on_crumbs = on_crumbs
        self._pieces = self._bytes = 0

    def next_event(self) -> Any:
        """The same, but of such a body nothing more comes. RemoteProtocolError for two kinds of length."""
        event = super().next_event()
        if isinstance(event, h11.Request):
            if {name for name, _ in event.headers} >= BOTH_LENGTHS:
                raise h11.RemoteProtocolError("Content-Length and Transfer-Encoding exclude each other")
            self._pieces = self._bytes = 0
        elif isinstance(event, h11.Data):
            self._pieces += 1
            self._bytes += len(event.data)
            if self._pieces > FREE_PIECES + self._bytes // PIECE_BYTES:
                self._on_crumbs()
                return h11.NEED_DATA
        return event


class LimitedProtocol(H11Protocol):
    """One connection. At the limit a new one takes the place of whichever has waited longest for the rest of
    its request; where all are being answered, the new one is closed. A request that is not complete within
    `request_seconds`, or comes in crumbs, ends its connection."""

    most: ClassVar[int]
    request_seconds: ClassVar[float]
    asking: ClassVar[dict["LimitedProtocol", asyncio.TimerHandle]]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        transport.max_size = READ_BYTES  # type: ignore[attr-defined]  # of asyncio's own: 256 KiB at once
        super().connection_made(Lingering(transport, self))
        self.conn = Wholesale(MOST_HEADER_BYTES, transport.abort)
        if len(self.connections) > self.most and not self._make_room():
            transport.abort()
            return
        self._watch()

    def data_received(self, data: bytes) -> None:
        if not self.transport.is_closing():  # else it is the rest of a body that was refused
            super().data_received(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._unwatch()
        super().connection_lost(exc)
        # Its parts refer to each other and to what came: only a collection, a rare thing, would free that.
        del self.conn
        self.cycle = None  # type: ignore[assignment]

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not None and len(self.cycle.body) > UNREAD_BYTES:
            self.flow.pause_reading()  # until the application asks for more
        self._watch()

    def on_response_complete(self) -> None:
        if self.cycle is not None:
            self.cycle.body = bytearray()  # nobody will ask for the rest of it
        super().on_response_complete()
        self._watch()

    def _make_room(self) -> bool:
        longest = next(iter(self.asking), None)
        if longest is not None:
            longest._unwatch()
            longest.transport.abort()
        return longest is not None

    def _watch(self) -> None:
        """Count the time from here on, or go on counting, unless the whole request is here."""
        is_answering = self.cycle is not None and not self.cycle.response_complete
        if (is_answering and self.conn.their_state is not h11.SEND_BODY) or self.transport.is_closing():
            self._unwatch()
        elif self not in self.asking:
            self.asking[self] = self.loop.call_later(self.request_seconds, self.transport.abort)

    def _unwatch(self) -> None:
        timer = self.asking.pop(self, None)
        if timer is not None:
            timer.cancel()


class Lingering(asyncio.Transport):
    """A transport whose `close` hears its sender out for a while. Closed at once, the rest of a body that was
    refused would reset the connection, and the sender would never read why."""

    def __init__(self, transport: asyncio.Transport, protocol: LimitedProtocol) -> None:
        super().__init__()
        self._transport = transport
        self._protocol = protocol
        self._is_closing = False

    def close(self) -> None:
        if self.is_closing():
            return
        self._is_closing = True
        if self._protocol.conn.their_state is not h11.SEND_BODY or not self._transport.can_write_eof():
            self._transport.close()
            return
        try:
            self._transport.write_eof()
        except OSError:  # the sender has reset the connection: there is nobody to hear out
            self._transport.abort()
            return
        self._protocol.flow.resume_reading()
        self._protocol.loop.call_later(LINGER_SECONDS, self._transport.abort)

    def abort(self) -> None:
        self._is_closing = True
        self._transport.abort()

    def is_closing(self) -> bool:
        return self._is_closing or self._transport.is_closing()

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self._transport.write(data)

    def pause_reading(self) -> None:
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._transport.get_extra_info(name, default)


def limited(most: int = MOST_CONNECTIONS, request_seconds: float = REQUEST_SECONDS) -> type[LimitedProtocol]:
    """The protocol for one server, within what the system allows this process to open."""
    allowed = _most_files() - OWN_FILES
    warnings = logging.getLogger("uvicorn.error")
    if not any(isinstance(one, Seldom) for one in warnings.filters):
        warnings.addFilter(Seldom())
    values = {"most": max(1, min(most, allowed)), "request_seconds": request_seconds, "asking": {}}
    return type("LimitedProtocol", (LimitedProtocol,), values)


def _most_files() -> int:
    """How many files this process may have open, after asking for as many as connections could need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OWN_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return wanted if soft == resource.RLIM_INFINITY else soft
