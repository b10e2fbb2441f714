"""`phasewise replay`: the running service does the work, or else this process does it in the foreground."""

import os
import socket
import uuid

from phasewise.bootstrap import open_deps, serving_lock
from phasewise.settings import Settings
from phasewise.store import nodes
from phasewise.store.clock import database_time
from phasewise.usecases.deps import Deps
from phasewise.usecases.drain_inbox import DrainReport, drain
from phasewise.usecases.replay_deliveries import replay_delivery, replay_failed

WAITS = "the deliveries wait for the first synchronisation, or for a token that Jira accepts"


def run_replay(settings: Settings, delivery_id: str | None) -> str:
    """Process a stored delivery again, or all that failed; what to tell whoever asked.

    Raises NotFoundError, JiraError, StoreError; what did not end goes on waiting.
    """
    deps = open_deps(settings, jira=True)
    count = replay_failed(deps) if delivery_id is None else replay_delivery(deps, delivery_id)
    told = f"{count} {'delivery' if count == 1 else 'deliveries'} set pending"
    if not count:
        return told
    if _is_served(deps):
        return f"{told}; the running service processes them"
    return f"{told}; {_drained(deps)}"


def _is_served(deps: Deps) -> bool:
    lock = serving_lock(deps.database)
    if lock is not None:
        return lock.held_elsewhere()
    with deps.database.read() as connection:
        now = database_time(connection, deps.now())
        working = nodes.working(connection, deps.site_id)
    return any(node.kind != "web" and node.lease_until > now for node in working)


def _drained(deps: Deps) -> str:
    """Drain until nothing is due; what became of it."""
    node_id = f"{socket.gethostname()[:32]}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
    reports: list[DrainReport] = []
    while not reports or reports[-1].claimed:
        reports.append(drain(deps, node_id))
    if reports[-1].is_held:
        return WAITS
    applied, ignored, retried, failed = (
        sum(getattr(report, name) for report in reports)
        for name in ("applied", "ignored", "retried", "failed")
    )
    return f"{applied} applied, {ignored} ignored, {retried} to be tried again, {failed} failed"
