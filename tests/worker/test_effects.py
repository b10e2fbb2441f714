"""The threads that do effects: soon, mails apart from writes, and no trouble ends them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from phasewise.bootstrap import clock
from phasewise.errors import StoreError
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind
from phasewise.worker.effects import EffectsRunner
from tests.mail.post_office import bare_server, post_office
from tests.story.commands import PATIENCE_SECONDS, eventually
from tests.usecases.effecting import Office, office

LETTER = Effect("m:1", EffectKind.MAIL, "lead@example.com", {"subject": "s", "text": "t"})


@contextmanager
def at_work(at: Office, **deps: Any) -> Iterator[EffectsRunner]:
    """A runner on the office's site, by the clock of this machine."""
    at.desk.deps = replace(at.deps, now=clock, **deps)
    runner = EffectsRunner(at.deps, "node-1")
    runner.start()
    try:
        yield runner
    finally:
        runner.stop()


def done(at: Office, key: str) -> bool:
    return bool(at.row(key).state == "done")


def test_what_is_added_is_done_soon_without_being_told(sqlite_database: Database) -> None:
    with office(sqlite_database) as at, at_work(at):
        at.comment()
        assert eventually(lambda: done(at, "finding:1"))
        assert len(at.comments()) == 1


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not woken looks after an hour only."""
    monkeypatch.setattr("phasewise.worker.effects.LOOK_SECONDS", 3600)


@pytest.mark.usefixtures("seldom")
def test_it_is_done_at_once_when_it_is_woken(sqlite_database: Database) -> None:
    with office(sqlite_database) as at, at_work(at) as runner:
        time.sleep(0.3)  # it has looked, and waits
        at.comment()
        runner.wake()
        assert eventually(lambda: done(at, "finding:1"))


def test_a_mail_server_that_hangs_holds_up_no_write(sqlite_database: Database) -> None:
    with office(sqlite_database) as at, bare_server(None) as smtp, at_work(at, mailer=smtp):
        at.add(LETTER)
        at.comment()
        assert eventually(lambda: done(at, "finding:1"))
        assert not done(at, "m:1")


def test_trouble_with_the_database_does_not_end_it(sqlite_database: Database) -> None:
    with office(sqlite_database) as at, post_office() as post:
        at.add(LETTER)
        failing = Failing(sqlite_database, 3)
        with at_work(at, mailer=post.smtp(), database=failing) as runner:
            assert eventually(lambda: runner.wake() or failing.left <= 0)
            assert eventually(lambda: runner.wake() or len(post.accepted) == 1)


class Failing:
    """A database that fails the first times it is read."""

    def __init__(self, database: Database, times: int) -> None:
        self.left, self._database = times, database
        self.write, self.transact = database.write, database.transact

    @contextmanager
    def read(self) -> Iterator[Any]:
        self.left -= 1
        if self.left >= 0:
            raise StoreError("The database is away")
        with self._database.read() as connection:
            yield connection


@pytest.mark.usefixtures("seldom")
def test_d6_it_stops_at_once_and_begins_nothing_more(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        others = set(threading.enumerate())
        with at_work(at) as runner:
            runner.stop(PATIENCE_SECONDS)
            assert set(threading.enumerate()) == others
        at.comment()
        time.sleep(0.2)
        assert at.row().state == "due"
