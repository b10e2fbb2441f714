"""A port for what a worker counts of itself, as it has no pages. `serving` opens it where asked to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import start_http_server

from phasewise.errors import SettingsError
from phasewise.meters import REGISTRY


@contextmanager
def metrics_port(host: str, port: int) -> Iterator[int]:
    """Answer every GET there in Prometheus' text format, to whoever can reach it; yields the port, as 0 takes
    a free one. Raises SettingsError where it cannot be had."""
    try:
        server, thread = start_http_server(port, host, REGISTRY)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}); choose another --metrics-port"
        ) from None
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
