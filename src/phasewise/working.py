"""A process at work, until SIGTERM: its database opened, its lease taken. `phasewise worker`, and what
`serving` shares with it; without the web, which takes most of the time of a start.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from phasewise.bootstrap import open_deps
from phasewise.errors import SettingsError
from phasewise.settings import Settings
from phasewise.usecases.adopt_policy import adopt_policy
from phasewise.usecases.deps import Deps
from phasewise.usecases.retain import Keep
from phasewise.worker.jobs import Pace
from phasewise.worker.metrics_port import metrics_port
from phasewise.worker.node import Node
from phasewise.worker.shift import Shift

STOP_SECONDS = 6.0
"""After that a process that was told to stop is gone, whatever it does: it may be killed at any time."""

EMBEDDED = (
    "an SQLite file is served by one process: use `phasewise serve`, or set PHASEWISE_DATABASE_URL to a "
    "PostgreSQL database"
)


def run_worker(
    settings: Settings, on_ready: Callable[[str], None], metrics_at: tuple[str, int] | None = None
) -> None:
    """The work only: jobs, deliveries, effects. `on_ready` is told the name of this node; what it counts of
    itself can be asked for at `metrics_at`, host and port.

    Raises SettingsError on SQLite, and for a port in use; StoreError.
    """
    require_server(settings)
    with opened(settings) as (deps, stack):
        if metrics_at is not None:
            stack.enter_context(metrics_port(*metrics_at))
        node = begun(
            stack, Node(deps, "worker", settings.lease_seconds, partial(Shift, deps, pace_of(settings)))
        )
        on_ready(node.node_id)
        while True:  # until a signal, which another thread may take: this one hears of it when it wakes
            time.sleep(1.0)


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[Deps, ExitStack]]:
    """What the use cases need, with the policy of the file in force, and what is to be closed at the end.
    Raises SettingsError, StoreError."""
    leave_in_order()
    deps = open_deps(settings, jira=True)
    with ExitStack() as stack:
        stack.callback(deps.database.close)
        adopt_policy(deps)
        yield deps, stack


def begun(stack: ExitStack, node: Node) -> Node:
    """The node at work, until the stack is unwound. Raises StoreError."""
    node.start()
    stack.callback(node.stop)
    return node


def pace_of(settings: Settings) -> Pace:
    """How often its jobs run, and how long things are kept."""
    keep = Keep(
        body_days=settings.keep_body_days,
        delivery_days=settings.keep_delivery_days,
        effect_days=settings.keep_effect_days,
    )
    return Pace(settings.jira_poll_seconds, settings.jira_census_every, settings.timezone, keep)


def require_server(settings: Settings) -> None:
    """Raises SettingsError where the database is an SQLite file, which one process serves."""
    if settings.database.strip().startswith("sqlite"):
        raise SettingsError(EMBEDDED)


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
