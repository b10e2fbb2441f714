"""A small HTTP server that answers as each test says, for what a well-behaved Jira never does.

It is not the product's sandbox on purpose: the client must not be judged by its own imitation alone.
"""

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.keepalive import EndingServer


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """An answer. `content` is sent as JSON unless it is bytes. `cut` sends only so many of its bytes and
    then closes (`reset`: with an RST), while the header promises all; `drip` is the pause after each byte."""

    content: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json;charset=UTF-8"
    cut: int | None = None
    reset: bool = False
    drip: float = 0.0
    chunked: bool = False

    @property
    def payload(self) -> bytes:
        return self.content if isinstance(self.content, bytes) else json.dumps(self.content).encode()


Script = Callable[[Seen], Reply]


class ScriptedJira:
    """The server's address, what it saw, and the script it answers by."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.seen: list[Seen] = []
        self.lock = threading.Lock()
        self.url = ""

    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]


@contextmanager
def scripted(script: Script, *, certificate: Path | None = None) -> Iterator[ScriptedJira]:
    """Serve on a free port of 127.0.0.1 until the end of the block; with a certificate, over TLS."""
    jira = ScriptedJira(script)
    server = EndingServer(("127.0.0.1", 0), _handler(jira))
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a refused handshake is no news
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    jira.url = f"http{'s' if certificate else ''}://127.0.0.1:{server.server_address[1]}"
    try:
        yield jira
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _parts(payload: bytes) -> list[bytes]:
    return [payload[start : start + 7] for start in range(0, len(payload), 7)]


def _handler(jira: ScriptedJira) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def log_message(self, *args: Any) -> None:
            pass

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length)
            parts = urlsplit(self.path)
            seen = Seen(
                self.command,
                parts.path,
                parse_qs(parts.query),
                {name.title(): value for name, value in self.headers.items()},
                json.loads(raw) if raw else None,
            )
            with jira.lock:
                jira.seen.append(seen)
                reply = jira.script(seen)
            self._send(reply)

        def _send(self, reply: Reply) -> None:
            payload = reply.payload
            self.send_response_only(reply.status)
            headers = {
                "Content-Type": reply.content_type,
                "Date": self.date_time_string(),
                **(
                    {"Transfer-Encoding": "chunked"}
                    if reply.chunked
                    else {"Content-Length": str(len(payload))}
                ),
                **reply.headers,
            }
            if reply.chunked:
                payload = (
                    b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in _parts(payload)) + b"0\r\n\r\n"
                )
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self._send_body(payload if reply.cut is None else payload[: reply.cut], reply.drip)
            except OSError:
                self.close_connection = True
            if reply.reset:
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            if reply.cut is not None:
                self.close_connection = True

        def _send_body(self, payload: bytes, drip: float) -> None:
            if not drip:
                self.wfile.write(payload)
                return
            for start in range(len(payload)):
                self.wfile.write(payload[start : start + 1])
                self.wfile.flush()
                time.sleep(drip)

    return Handler


class StillClock:
    """A clock that only sleeping moves. Safe to share between threads."""

    def __init__(self, now: int = 1_790_000_000_000) -> None:
        self.start = now
        self.elapsed = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.elapsed += seconds

    def monotonic(self) -> float:
        return self.elapsed

    def now(self) -> int:
        return self.start + int(self.elapsed * 1000)
