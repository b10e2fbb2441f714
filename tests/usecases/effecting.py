"""A site with something to do on it, and what became of it there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select
from tests.usecases.syncing import Desk, desk_of

from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Comment
from phasewise.sandbox.trouble import Fault
from phasewise.sandbox.world import World
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, add_effect, claim_next
from phasewise.store.work_tables import effects
from phasewise.usecases.deps import Deps
from phasewise.usecases.do_effects import EffectsReport, do_due

START = 1_795_000_000_000
HOUR_MS = 3_600_000
NODE = "node-1"
BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])
TEXT = [["Two tickets are active at once."]]


@dataclass
class Office:
    """A served Jira with one task, the store, and a clock that goes on by waiting."""

    desk: Desk
    task: int

    @property
    def deps(self) -> Deps:
        return self.desk.deps

    def wait(self, seconds: float) -> None:
        self.desk.pass_time(int(seconds * 1000) + 1)

    def comment(
        self, key: str = "finding:1", issue: int | None = None, text: Any = TEXT, **more: Any
    ) -> None:
        self.add(Effect(key, EffectKind.COMMENT, str(issue or self.task), {"text": text}, **more))

    def add(self, effect: Effect) -> bool:
        with self.deps.database.write() as connection:
            return add_effect(connection, self.deps.site_id, effect, self.deps.now())

    def do(self, node: str = NODE) -> EffectsReport:
        return do_due(self.deps, node, pause=self.wait)

    def do_until_over(self, rounds: int = 40) -> None:
        """As a runner does: again and again, the waits between passing at once."""
        for _ in range(rounds):
            self.do()
            if not any(row.state in ("due", "claimed") for row in self.rows()):
                return
            self.wait(30)

    def die_claiming(self) -> None:
        """A node takes the next effect and is never heard of again; its claim runs out."""
        now = self.deps.now()
        with self.deps.database.write() as connection:
            taken = claim_next(connection, self.deps.site_id, "dead", list(EffectKind), now, now + 1000)
        assert taken is not None
        self.wait(2)

    def rows(self) -> list[Any]:
        with self.deps.database.read() as connection:
            return list(connection.execute(select(effects).order_by(effects.c.created_at, effects.c.key)))

    def row(self, key: str = "finding:1") -> Any:
        return next(row for row in self.rows() if row.key == key)

    def comments(self, issue: int | None = None) -> list[Comment]:
        extras = self.desk.world.issues[issue or self.task].extras
        return extras.comments if extras else []

    def fail(self, **fault: Any) -> None:
        self.desk.trouble.faults.append(Fault(**fault))

    def new_task(self, space: str = "ML") -> int:
        world = self.desk.world
        return world.create_issue(
            world.now(), world.service_user, space=space, type_id=catalogue.TASK, summary="Try it"
        )


@contextmanager
def office(database: Database, deployment: Any = "cloud", **deps: Any) -> Iterator[Office]:
    """The site, known as after a first synchronisation."""
    now = [START]
    world = World(deployment, clock=lambda: now[0])
    with desk_of(database, world) as desk:
        user = world.users[world.service_user]
        account = user.id if world.cloud else user.name
        with database.write() as connection:
            sites.save_site(connection, desk.deps.site_id, deployment=deployment, account=account)
        desk.deps = replace(desk.deps, now=lambda: world.now(), **deps)
        found = Office(desk, 0)
        found.task = found.new_task()
        yield found


def move(at: Office, to: str, key: str = "move:1", **more: Any) -> None:
    at.add(Effect(key, EffectKind.TRANSITION, str(at.task), {"to": to, **more}))


def mark(at: Office, value: int | None) -> Effect:
    body = {"name": "phasewise.wip", "value": value}
    return Effect(f"mark:{value}", EffectKind.PROPERTY, str(at.task), body, subject=f"mark:{at.task}")


class Freezing:
    """A database whose process freezes after its n-th transaction, while others go on."""

    def __init__(self, database: Database, writes: int, meanwhile: Callable[[], None]) -> None:
        self._database, self._left, self._meanwhile = database, writes, meanwhile
        self.read = database.read

    @contextmanager
    def write(self) -> Iterator[Any]:
        with self._database.write() as connection:
            yield connection
        self._left -= 1
        if self._left == 0:
            self._meanwhile()

    def transact(self, work: Callable[[Any], Any]) -> Any:
        with self.write() as connection:
            return work(connection)
