"""The application behind a real uvicorn on a real port, in a thread; and raw connections to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from phasewise.web.connections import limited
from tests.web.deliveries import HOOK, signed
from tests.web.story import Api


@dataclass(frozen=True)
class Served:
    """A running server on 127.0.0.1."""

    port: int
    server: uvicorn.Server

    def connect(self, timeout_seconds: float = 60.0) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout_seconds)

    def exchange(self, *parts: bytes) -> bytes:
        """All of the answer to what is sent on a new connection; empty where it was closed without one."""
        with self.connect() as connection:
            try:
                for part in parts:
                    connection.sendall(part)
            except ConnectionError:
                pass  # the server may have heard enough
            return received(connection)

    def send(self, body: bytes) -> int:
        """One good delivery; the status."""
        return status(self.exchange(request(body)))


def request(body: bytes, *more: str, path: str = HOOK) -> bytes:
    """A signed delivery as bytes; `more` are further header lines."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name}: {value}" for name, value in signed(body).items()]
    return "\r\n".join([*lines, *more, "", ""]).encode() + body


def sent(connection: socket.socket, part: bytes) -> bool:
    """Send it; False where the other side has gone."""
    try:
        connection.sendall(part)
    except OSError:
        return False
    return True


def received(connection: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    got = b""
    try:
        while part := connection.recv(65536):
            got += part
    except ConnectionError:
        pass
    return got


def status(answer: bytes) -> int:
    """The status of an answer; 0 where there is none."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


@contextmanager
def served(api: Api, most: int = 1000, request_seconds: float = 30.0) -> Iterator[Served]:
    """Serve the application until the block ends."""
    config = uvicorn.Config(
        api.app,
        http=limited(most, request_seconds),
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield Served(listener.getsockname()[1], server)
        finally:
            server.should_exit = True
            thread.join()
