"""A sandbox Jira, a store, and what the tests compare: the store against the sandbox's own issues."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from phasewise.core.model import Policy
from phasewise.jira.client import JiraAccess, JiraClients
from phasewise.jira.clock import Clock
from phasewise.sandbox import catalogue
from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.trouble import Trouble
from phasewise.sandbox.world import World
from phasewise.store import sites, tables
from phasewise.store.db import Database
from phasewise.usecases.deps import Deps
from phasewise.usecases.sync_site import SyncReport, sync_site

NOW = 1_795_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE


@dataclass
class Desk:
    """A site at work: its world, its trouble, and the store that follows it."""

    running: Running
    database: Database
    deps: Deps
    clients: JiraClients
    slept: list[float] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.running.world

    @property
    def trouble(self) -> Trouble:
        return self.running.trouble

    @property
    def now(self) -> int:
        return self.world.now()

    def pass_time(self, milliseconds: int) -> None:
        """Jira's clock goes on, and ours with it."""
        then = self.now + milliseconds
        self.world._clock = lambda: then

    def edit(self, issue_id: int, **values: Any) -> None:
        """Somebody changes an issue now."""
        self.world.edit(self.now, self.world.service_user, issue_id, values)

    def some(self, number: int = 0, *, level: int = 0, space: str = "ML") -> int:
        """The id of one of the issues of a level in a space."""
        home = self.world.space(space)
        found = [
            issue.id
            for issue in self.world.issues.values()
            if home is not None and issue.space == home.id and self.world.level(issue) == level
        ]
        return sorted(found)[number]

    def sync(self, *, census: bool = True, **more: Any) -> SyncReport:
        return sync_site(self.deps, census=census, **more)

    def poll(self) -> SyncReport:
        return self.sync(census=False)

    def scoped(self, scope: str | None, **more: Any) -> Deps:
        """The same store, with another scope or field setting."""
        clients = JiraClients(replace(self.clients.access, scope=scope, **more), clock=quiet(self.slept))
        self.clients.close()
        self.clients = clients
        self.deps = replace(self.deps, jira=clients)
        return self.deps

    def issue(self, issue_id: int) -> Any:
        with self.database.read() as connection:
            return connection.execute(
                select(tables.issues).where(tables.issues.c.issue_id == issue_id)
            ).one_or_none()

    def state(self) -> sites.SyncState:
        with self.database.read() as connection:
            return sites.sync_state(connection, self.deps.site_id)

    def codes(self) -> set[str]:
        """The codes of the warnings of the last run."""
        return {warning["code"] for warning in self.state().warnings}

    def stored(self) -> dict[int, tuple[Any, ...]]:
        """Issue id -> what is stored of each live issue, with the number of its histories."""
        i, c = tables.issues.c, tables.changes.c
        with self.database.read() as connection:
            histories: dict[int, set[int]] = {}
            for issue_id, history_id in connection.execute(select(c.issue_id, c.history_id)):
                histories.setdefault(issue_id, set()).add(history_id)
            columns = (i.issue_id, i.key, i.status_id, i.phase_option, i.assignee, i.flagged, i.updated)
            rows = connection.execute(select(*columns).where(i.removed_at.is_(None))).all()
        return {row[0]: (*row[1:], len(histories.get(row[0], ()))) for row in rows}

    def scope_truth(self) -> dict[int, tuple[Any, ...]]:
        """What the store must hold of the spaces ML and DS."""
        homes = {space.id for space in self.world.spaces.values() if space.key in ("ML", "DS")}
        return self.truth(lambda issue: issue.space in homes)

    def truth(self, wanted: Callable[[Any], bool] = lambda issue: True) -> dict[int, tuple[Any, ...]]:
        """The same as the sandbox itself knows it."""
        return {issue.id: self._true_row(issue) for issue in self.world.issues.values() if wanted(issue)}

    def _true_row(self, issue: Any) -> tuple[Any, ...]:
        histories = {change.history_id for change in issue.changes if change.shape is not None}
        return (
            self.world.key_of(issue),
            issue.status,
            (issue.custom or {}).get(catalogue.PHASE_FIELD),
            issue.assignee,
            bool((issue.custom or {}).get(catalogue.FLAG_FIELD)),
            issue.updated,
            len(histories),
        )


def quiet(slept: list[float]) -> Clock:
    """The real clock, but nobody waits."""
    return Clock(sleep=slept.append)


@contextmanager
def desk_of(
    database: Database,
    world: World,
    scope: str = "project in (ML, DS)",
    base_url: str | None = None,
    **access: Any,
) -> Iterator[Desk]:
    """Serve the world, which calls itself `base_url`, and give a store that follows it."""
    with start_in_thread(world, Trouble(), base_url=base_url) as running:
        slept: list[float] = []
        clients = JiraClients(
            JiraAccess(url=running.url, email="sync@example.com", token="t", scope=scope, **access),
            clock=quiet(slept),
        )
        with database.write() as connection:
            site_id = sites.site_of(connection, running.url)
        deps = Deps(database=database, site_id=site_id, policy=Policy(), now=world.now, jira=clients)
        desk = Desk(running, database, deps, clients, slept)
        yield desk
        desk.clients.close()


def team_world(deployment: Any = "cloud", *, weeks: int = 8, **more: Any) -> World:
    """A team of six and its history until NOW; the sandbox's clock stands an hour later."""
    world = World(deployment, clock=lambda: NOW + HOUR, **more)
    settle_team(world, seed=1, team_size=6, weeks=weeks, end_ms=NOW)
    return world


def task_in(world: World, space: str = "ML", **more: Any) -> int:
    """A new task, made now."""
    return world.create_issue(
        world.now(), world.service_user, space=space, type_id=catalogue.TASK, summary="Try it", **more
    )
