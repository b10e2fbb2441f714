"""The processes that answer: the pages, with the work behind them in the same process or apart.

`serve` and `demo` do both, `web` answers only, any number of them on PostgreSQL beside `worker` (`working`).
"""

import ipaddress
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial

import uvicorn
from fastapi import FastAPI

from phasewise.bootstrap import serving_lock
from phasewise.errors import SettingsError, StoreError
from phasewise.settings import Settings
from phasewise.store.lock import ServingLock
from phasewise.usecases.accounts.links import first_link
from phasewise.web.app import create_app
from phasewise.web.connections import limited
from phasewise.web.live import Live
from phasewise.web.visitors import Doors
from phasewise.worker.node import Node
from phasewise.worker.shift import Shift
from phasewise.working import begun, opened, pace_of, require_server

ANSWER_SECONDS = 3
"""Requests under way are waited for so long, then their connections are closed."""


def run_service(
    settings: Settings,
    host: str,
    port: int,
    on_ready: Callable[[str, str | None], None],
    doors: Doors | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM. `on_ready` is told the address once the port is bound. `doors` (None:
    by the host) says until when the pages are open on this machine.

    Where there is no account yet it is told, too, the one-time link by which the first admin comes in.
    Raises SettingsError (a port in use), StoreError (another service has this database).
    """
    with opened(settings) as (deps, stack):
        _hold(stack, serving_lock(deps.database))
        listener = stack.enter_context(listen_on(host, port))
        node = begun(
            stack, Node(deps, "serve", settings.lease_seconds, partial(Shift, deps, pace_of(settings)))
        )
        app = create_app(deps, settings.base_url, partial(_wake, node), doors or doors_of(host))
        _answer(app, listener, host, on_ready, first_link(deps))


def run_web(settings: Settings, host: str, port: int, on_ready: Callable[[str, str | None], None]) -> None:
    """The pages, the API and the webhooks only. Raises as `run_service`, and SettingsError on SQLite."""
    require_server(settings)
    with opened(settings) as (deps, stack):
        listener = stack.enter_context(listen_on(host, port))
        begun(stack, Node(deps, "web", settings.lease_seconds))
        app = create_app(deps, settings.base_url, doors=doors_of(host))
        _answer(app, listener, host, on_ready, first_link(deps))


def _wake(node: Node) -> None:
    """Deliveries were stored: whoever drains need not look for them."""
    if node.work is not None:
        node.work.wake()


def _answer(
    app: FastAPI,
    listener: socket.socket,
    host: str,
    on_ready: Callable[[str, str | None], None],
    first: str | None,
) -> None:
    name, port = f"[{host}]" if ":" in host else host, listener.getsockname()[1]
    address = f"http://{name}:{port}"
    # Whoever listens beyond loopback says by PHASEWISE_BASE_URL where people reach it.
    here = address if doors_of(host) is not Doors.NEVER else app.state.deps.base_url
    on_ready(address, first and here + first)
    _serve(app, listener)


def _hold(stack: ExitStack, lock: ServingLock | None) -> None:
    if lock is None:
        return
    if not lock.acquire():
        raise StoreError("another Phasewise already serves this database; stop it first, or use its address")
    stack.callback(lock.release)


def doors_of(host: str) -> Doors:
    """Where others could reach it, nothing is open without an account."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    return Doors.UNTIL_ACCOUNTS if loopback else Doors.NEVER


def require_free(host: str, port: int) -> int:
    """Refuse a port that is taken, before the work that would be for nothing; for 0 find a free one."""
    with listen_on(host, port) as listener:
        found: int = listener.getsockname()[1]
        return found


def listen_on(host: str, port: int) -> socket.socket:
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
    _Server(server_config(app), app.state.live).run(sockets=[listener])


def server_config(app: FastAPI) -> uvicorn.Config:
    """How every application of ours is served."""
    return uvicorn.Config(
        app,
        http=limited(),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=ANSWER_SECONDS,
    )
