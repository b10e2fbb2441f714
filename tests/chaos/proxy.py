"""A TCP proxy that delays, cuts and resets, between any two parts of the product."""

import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

RESET = struct.pack("ii", 1, 0)  # SO_LINGER of no time: closing sends RST
BITE = 65_536


class FaultyProxy:
    """Listens on loopback and passes on to `target`; of each connection it draws a fate.

    `delay_seconds` holds every answer up so long at most; `cut` and `reset` are the shares of connections
    that end somewhere in the middle, by a close or by a reset: of answers as well as of questions, so that
    the other side may have done what was asked.
    """

    def __init__(
        self,
        target: Callable[[], tuple[str, int]],
        *,
        seed: int,
        delay_seconds: float = 0.0,
        cut: float = 0.0,
        reset: float = 0.0,
    ) -> None:
        self._target = target
        self._draw = random.Random(seed)
        self.delay_seconds, self.cut, self.reset = delay_seconds, cut, reset
        self.connections = self.broken = 0
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Listen no more; what is open goes on until it ends."""
        self._listener.close()

    def calm(self) -> None:
        """Be an honest proxy from now on."""
        self.delay_seconds = self.cut = self.reset = 0.0

    def _listen(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._pass_on, args=(client,), daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self._target(), timeout=10)
        except OSError:
            client.close()
            return
        server.settimeout(None)
        fate, after = self._draw.random(), self._draw.randrange(1, 3_000)
        is_broken = fate < self.cut + self.reset
        self.broken += is_broken
        ending = _Ending((client, server), is_reset=fate < self.reset, after=after if is_broken else None)
        threads = [
            threading.Thread(target=self._flow, args=(client, server, ending, 0.0), daemon=True),
            threading.Thread(
                target=self._flow, args=(server, client, ending, self.delay_seconds), daemon=True
            ),
        ]
        for thread in threads:
            thread.start()

    def _flow(
        self, source: socket.socket, target: socket.socket, ending: "_Ending", delay_seconds: float
    ) -> None:
        with suppress(OSError):
            while data := source.recv(BITE):
                if delay_seconds:
                    time.sleep(self._draw.uniform(0, delay_seconds))
                if ending.is_due(len(data)):
                    ending.end()
                    return
                target.sendall(data)
        ending.end_orderly()


class _Ending:
    """When and how both sockets of a connection end."""

    def __init__(
        self, sockets: tuple[socket.socket, socket.socket], *, is_reset: bool, after: int | None
    ) -> None:
        self._sockets, self._is_reset, self._left = sockets, is_reset, after

    def is_due(self, passed: int) -> bool:
        if self._left is None:
            return False
        self._left -= passed
        return self._left <= 0

    def end(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                if self._is_reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                else:
                    one.shutdown(socket.SHUT_RDWR)
                one.close()

    def end_orderly(self) -> None:
        for one in self._sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
                one.close()
