"""A node: this process among those that work on the database, for as long as its lease lasts.

The lease is renewed by a thread. Whoever renews theirs replaces the nodes whose lease ran out; one that lost
its own starts anew, under another name, instead of going on as if nothing had happened.
"""

import os
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Collection
from typing import Protocol

from phasewise.core.model import Instant
from phasewise.errors import PhasewiseError, StoreError
from phasewise.log import get_log
from phasewise.store import nodes
from phasewise.store.clock import DatabaseClock, database_time
from phasewise.store.db import Connection
from phasewise.store.nodes import NodeRow
from phasewise.usecases.deps import Deps

log = get_log("node")

TAKING_OVER = 0x5168
"""What the advisory lock of PostgreSQL is for: two who put the same work back would have it done twice."""

START_MS = 12_000
"""So much longer is the first lease: whoever starts may have to wait for another's migration."""


class Work(Protocol):
    """What a node does while its lease lasts."""

    def start(self, *, is_alone: bool) -> None: ...

    def take_over(self, alive: Collection[str]) -> None: ...

    def wake(self) -> None: ...

    def stop(self) -> None: ...


class Node:
    """Keeps a lease and the work that goes with it; `work_of` makes the work of a node id."""

    def __init__(
        self, deps: Deps, kind: str, lease_seconds: float, work_of: Callable[[str], Work] | None = None
    ) -> None:
        self._deps = deps
        self._kind = kind
        self._lease_ms = max(1, round(lease_seconds * 1000))
        self._lease_seconds = lease_seconds
        self._work_of = work_of
        self._work: Work | None = None
        self._renewed = 0.0
        self._failures = 0
        self._stop = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)
        self._database = deps.database.again("")
        self.node_id = ""

    @property
    def work(self) -> Work | None:
        """The work under way; None between a lost lease and the next."""
        return self._work

    def start(self) -> None:
        """Take a lease and begin. Raises StoreError."""
        self._begin()
        self._thread.start()

    def stop(self) -> None:
        """End the work and give the lease back."""
        self._stop.set()
        with self._turn:
            self._end()

    def _run(self) -> None:
        while not self._stop.wait(self._lease_seconds / 3):
            try:
                with self._turn:
                    if not self._stop.is_set():
                        self._keep()
                self._failures = 0
            except PhasewiseError as error:
                self._failures += 1
                log.warning("lease_not_renewed", error=str(error))
            except Exception:  # whatever it is, it must not end the only thread that renews
                self._failures += 1
                log.exception("lease_crashed")

    def _keep(self) -> None:
        """Renew the lease, then look for the dead."""
        late = time.monotonic() - self._renewed
        if self._work is None and self._work_of is not None:
            self._begin()
        elif not self._renew():
            log.warning("lease_lost", node=self.node_id)
            self._anew()
        elif self._failures > 1 or (late > self._lease_seconds and self._deps.database.path is None):
            # The database was away for a while, or we were: what waits for it waits longer and longer.
            log.warning("lease_late", node=self.node_id, seconds=round(late, 1))
            self._anew()
        else:
            self._replace_the_dead()

    def _anew(self) -> None:
        self._end()
        self._begin()

    def _begin(self) -> None:
        node_id = new_node_id()
        # By its name whoever takes this node for dead ends what it holds, were it frozen in the middle of it.
        self._database.close()
        self._database = self._deps.database.again(node_id)
        with self._database.write() as connection:
            now = self._time(connection)
            until = now + self._lease_ms + START_MS
            row = NodeRow(node_id, self._kind, socket.gethostname(), os.getpid(), now, until)
            nodes.remove_dead(connection, self._deps.site_id, now, node_id)
            others = [one for one in nodes.working(connection, self._deps.site_id) if one.kind != "web"]
            nodes.add(connection, self._deps.site_id, row)
        self.node_id, self._renewed = node_id, time.monotonic()
        log.info("node_began", node=node_id, kind=self._kind)
        if self._work_of is None:
            return
        work = self._work_of(node_id)
        try:
            work.start(is_alone=not others)
        except BaseException:
            work.stop()
            raise
        self._work = work
        self._renew()
        self._replace_the_dead()

    def _end(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.stop()
        try:
            with self._database.write() as connection:
                nodes.remove(connection, self._deps.site_id, self.node_id)
        except StoreError as error:
            log.warning("lease_not_given_back", node=self.node_id, error=str(error))
        self._database.close()

    def _renew(self) -> bool:
        with self._database.write() as connection:
            until = self._time(connection) + self._lease_ms
            kept = nodes.renew(connection, self._deps.site_id, self.node_id, until)
        self._renewed = time.monotonic()
        return kept

    def _time(self, connection: Connection) -> Instant:
        """The database's, which our clock is set by: whoever keeps a lease is never off for long."""
        now = self._deps.now
        if isinstance(now, DatabaseClock):
            return now.set_by(connection)
        return database_time(connection, now())

    def _replace_the_dead(self) -> None:
        """Let go what nodes hold that are no more, and have it done again. Any number may try at once."""
        site_id = self._deps.site_id
        with self._database.write() as connection:
            now = self._time(connection)
            dead = nodes.remove_dead(connection, site_id, now, self.node_id)
            alive = {node.node_id for node in nodes.working(connection, site_id)}
            nodes.end_claims(connection, site_id, alive)
        if dead:
            log.warning("nodes_replaced", nodes=dead)
        if self._work is None:
            return
        with self._database.try_hold(TAKING_OVER, site_id) as is_held:
            if is_held:
                self._work.take_over(alive)


def new_node_id() -> str:
    """Unique for each start: host, process and chance, in what PostgreSQL takes as a name (63 bytes)."""
    host = re.sub(r"[^A-Za-z0-9.-]", "", socket.gethostname())[:32] or "host"
    return f"{host}-{os.getpid()}-{uuid.uuid4().hex[:12]}"
