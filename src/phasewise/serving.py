"""The service in one process: the pages, the API and the poll. `serve` and `demo` run it."""

import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import ExitStack

import uvicorn
from fastapi import FastAPI

from phasewise.bootstrap import open_deps, serving_lock
from phasewise.errors import SettingsError, StoreError
from phasewise.log import get_log
from phasewise.settings import Settings
from phasewise.store.lock import ServingLock
from phasewise.web.app import create_app
from phasewise.web.connections import limited
from phasewise.web.live import Live
from phasewise.worker.poller import Poller

log = get_log("serving")

STOP_SECONDS = 5


def run_service(settings: Settings, host: str, port: int, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` is told the address once the port is bound.

    Raises SettingsError (an address that is not loopback, a port in use), StoreError (another service
    has this database).
    """
    require_loopback(host)
    leave_in_order()
    deps = open_deps(settings, jira=True)
    with ExitStack() as stack:
        stack.callback(deps.database.close)
        _hold(stack, serving_lock(deps.database))
        listener = stack.enter_context(_bind(host, port))
        poller = Poller(deps, settings.jira_poll_seconds, settings.jira_census_every)
        poller.start()
        stack.callback(poller.stop)
        name = f"[{host}]" if ":" in host else host
        on_ready(f"http://{name}:{listener.getsockname()[1]}")
        _serve(create_app(deps, settings.base_url), listener)


def leave_in_order() -> None:
    """Make SIGTERM and Ctrl-C unwind the stack: whatever was opened is closed, and the exit code is 0."""
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, lambda _number, _frame: sys.exit(0))


def _hold(stack: ExitStack, lock: ServingLock | None) -> None:
    if lock is None:
        return
    if not lock.acquire():
        raise StoreError("another Phasewise already serves this database; stop it first, or use its address")
    stack.callback(lock.release)


def require_loopback(host: str) -> None:
    """Refuse any address that others could reach: there is no login yet."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise SettingsError(
            f"--host {host} is not a loopback address; until login exists the service answers on this "
            "machine only: use 127.0.0.1, and a tunnel (ssh -L) from elsewhere"
        )


def require_free(host: str, port: int) -> None:
    """Refuse a port that is taken, before the work that would be for nothing."""
    _bind(host, port).close()


def _bind(host: str, port: int) -> socket.socket:
    """A listening socket. Its protocol is named: asyncio sends small answers at once (TCP_NODELAY) only where
    it knows the connection to be TCP, and 40 ms later otherwise."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen()
        return listener
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}:{port} ({os.strerror(error.errno or 0)}); choose another --port"
        ) from None


class _Server(uvicorn.Server):
    """Ends the streams of open pages before it waits for the requests that are being answered."""

    def __init__(self, config: uvicorn.Config, live: Live) -> None:
        super().__init__(config)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._live.end()
        await super().shutdown(sockets)


def _serve(app: FastAPI, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        http=limited(),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    _Server(config, app.state.live).run(sockets=[listener])
