"""A small HTTP server for tests, which ends the connections that its clients keep when it is closed."""

import socket
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any


class EndingServer(ThreadingHTTPServer):
    """Each connection that is kept has a thread and two files of the process: after hundreds of tests they
    would be what other tests run out of."""

    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        self._kept: set[socket.socket] = set()
        super().__init__(*arguments)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._kept.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._kept.discard(request)
        super().shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        for one in list(self._kept):
            with suppress(OSError):  # it has just ended by itself
                one.shutdown(socket.SHUT_RDWR)
