"""A shift: all that a node does while its lease lasts. `serving` makes one for each of `worker.node`."""

from collections.abc import Collection
from dataclasses import replace

from phasewise.jira.client import JiraClients
from phasewise.usecases.deps import Deps
from phasewise.worker.drainer import Drainer
from phasewise.worker.effects import EffectsRunner
from phasewise.worker.engine import Engine
from phasewise.worker.jobs import Pace, jobs_of
from phasewise.worker.poller import Poller

JOIN_SECONDS = 1.0
"""How long each part is waited for when a shift ends."""


class Shift:
    """The engine with its jobs, the drainer and the effects, on connections of their own: what is left of a
    shift that was ended meets a closed door, in the database and at Jira."""

    def __init__(self, deps: Deps, pace: Pace, node_id: str) -> None:
        jira = JiraClients(deps.jira.access) if deps.jira else None
        self._deps = replace(deps, database=deps.database.again(node_id), jira=jira)
        self._poller = Poller(self._deps, pace.poll_seconds, pace.census_every)
        self._engine = Engine(self._deps, jobs_of(self._deps, node_id, pace, self._poller), node_id)
        self._drainer = Drainer(self._deps, node_id)
        self._effects = EffectsRunner(self._deps, node_id)

    def start(self, *, is_alone: bool) -> None:
        """Begin. Raises StoreError."""
        if is_alone:
            self._poller.begin()
        self._engine.start()
        self._drainer.start()
        self._effects.start()

    def take_over(self, alive: Collection[str]) -> None:
        """Have done what nodes began that are not `alive`."""
        self._engine.take_over(alive)

    def wake(self) -> None:
        """Deliveries were stored."""
        self._drainer.wake()

    def stop(self) -> None:
        """Begin nothing more, and end in a few seconds what is under way."""
        if self._deps.jira is not None:
            self._deps.jira.stop()
        self._drainer.stop(JOIN_SECONDS)
        self._effects.stop(JOIN_SECONDS)
        self._engine.stop(JOIN_SECONDS)
        if self._deps.jira is not None:
            self._deps.jira.close()
        self._deps.database.close()
