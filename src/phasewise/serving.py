"""The processes that stay: the pages and the work behind them, in one process or apart.

`serve` and `demo` run both, `web` and `worker` one each, any number of them on PostgreSQL.
"""

import ipaddress
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import uvicorn
from fastapi import FastAPI

from phasewise.bootstrap import open_deps, serving_lock
from phasewise.errors import SettingsError, StoreError
from phasewise.log import get_log
from phasewise.settings import Settings
from phasewise.store import nodes
from phasewise.store.lock import ServingLock
from phasewise.usecases.accounts.links import first_link
from phasewise.usecases.adopt_policy import adopt_policy
from phasewise.usecases.deps import Deps
from phasewise.usecases.retain import Keep
from phasewise.web.app import create_app
from phasewise.web.connections import limited
from phasewise.web.live import Live
from phasewise.web.visitors import Doors
from phasewise.worker.jobs import Pace
from phasewise.worker.metrics_port import metrics_port
from phasewise.worker.node import Node
from phasewise.worker.shift import Shift

log = get_log("serving")

ANSWER_SECONDS = 3
"""Requests under way are waited for so long, then their connections are closed."""

STOP_SECONDS = 6.0
"""After that a process that was told to stop is gone, whatever it does: it may be killed at any time."""

EMBEDDED = (
    "an SQLite file is served by one process: use `phasewise serve`, or set PHASEWISE_DATABASE_URL to a "
    "PostgreSQL database"
)


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
    with _opened(settings) as (deps, stack):
        _hold(stack, serving_lock(deps.database))
        listener = stack.enter_context(listen_on(host, port))
        node = _begun(
            stack, Node(deps, "serve", settings.lease_seconds, partial(Shift, deps, _pace(settings)))
        )
        app = create_app(deps, settings.base_url, partial(_wake, node), doors or doors_of(host))
        _answer(app, listener, host, on_ready, first_link(deps))


def run_web(settings: Settings, host: str, port: int, on_ready: Callable[[str, str | None], None]) -> None:
    """The pages, the API and the webhooks only. Raises as `run_service`, and SettingsError on SQLite."""
    _require_server(settings)
    with _opened(settings) as (deps, stack):
        listener = stack.enter_context(listen_on(host, port))
        _begun(stack, Node(deps, "web", settings.lease_seconds))
        app = create_app(deps, settings.base_url, doors=doors_of(host))
        _answer(app, listener, host, on_ready, first_link(deps))


def run_worker(
    settings: Settings, on_ready: Callable[[str], None], metrics_at: tuple[str, int] | None = None
) -> None:
    """The work only: jobs, deliveries, effects. `on_ready` is told the name of this node; what it counts of
    itself can be asked for at `metrics_at`, host and port.

    Raises SettingsError on SQLite, and for a port in use; StoreError.
    """
    _require_server(settings)
    with _opened(settings) as (deps, stack):
        if metrics_at is not None:
            stack.enter_context(metrics_port(*metrics_at))
        node = _begun(
            stack, Node(deps, "worker", settings.lease_seconds, partial(Shift, deps, _pace(settings)))
        )
        on_ready(node.node_id)
        while True:  # until a signal, which another thread may take: this one hears of it when it wakes
            time.sleep(1.0)


def require_worker(settings: Settings) -> None:
    """Raises StoreError where no worker of this host holds a lease: for those who watch it."""
    deps = open_deps(settings, jira=False)
    with deps.database.read() as connection:
        host = socket.gethostname()
        if not nodes.is_alive(connection, deps.site_id, "worker", host, deps.now()):
            raise StoreError("no worker of this host holds a lease")


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Deps, ExitStack]]:
    leave_in_order()
    deps = open_deps(settings, jira=True)
    with ExitStack() as stack:
        stack.callback(deps.database.close)
        adopt_policy(deps)
        yield deps, stack


def _begun(stack: ExitStack, node: Node) -> Node:
    node.start()
    stack.callback(node.stop)
    return node


def _wake(node: Node) -> None:
    """Deliveries were stored: whoever drains need not look for them."""
    if node.work is not None:
        node.work.wake()


def _pace(settings: Settings) -> Pace:
    keep = Keep(
        body_days=settings.keep_body_days,
        delivery_days=settings.keep_delivery_days,
        effect_days=settings.keep_effect_days,
    )
    return Pace(settings.jira_poll_seconds, settings.jira_census_every, settings.timezone, keep)


def _require_server(settings: Settings) -> None:
    if settings.database.strip().startswith("sqlite"):
        raise SettingsError(EMBEDDED)


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


def leave_in_order() -> None:
    """Make SIGTERM and Ctrl-C unwind the stack: whatever was opened is closed, and the exit code is 0."""
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, _leave)


def _leave(_number: int, _frame: object) -> None:
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, signal.SIG_IGN)
    last = threading.Timer(STOP_SECONDS, os._exit, (0,))
    last.daemon = True
    last.start()
    sys.exit(0)


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
