"""The drainer's thread: it drains when woken and by itself, and nothing ends it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from phasewise.store.db import Database
from phasewise.worker.drainer import HELD_SECONDS, LOOK_SECONDS, Drainer
from tests.store.deliveries import deliver, states
from tests.story.commands import eventually
from tests.usecases.syncing import Desk, desk_of, team_world


@pytest.fixture
def desk(sqlite_database: Database) -> Iterator[Desk]:
    with desk_of(sqlite_database, team_world(weeks=2)) as desk:
        desk.sync()
        yield desk


@contextmanager
def draining(desk: Desk) -> Iterator[Drainer]:
    drainer = Drainer(desk.deps, "n")
    drainer.start()
    yield drainer
    drainer.stop()


def all_applied(desk: Desk) -> bool:
    return set(states(desk.database).values()) == {"applied"}


def test_what_another_process_took_in_is_drained_without_a_wake(desk: Desk) -> None:
    with draining(desk):
        deliver(desk.database, desk.some(3))
        assert eventually(lambda: all_applied(desk), 10)


def test_it_goes_on_after_trouble(desk: Desk) -> None:
    desk.trouble.change({"faults": [{"kind": "status", "status": 404}]})
    with draining(desk) as drainer:
        deliver(desk.database, desk.some(3))
        assert eventually(lambda: drainer._failures)
        desk.trouble.change({"faults": []})
        assert eventually(lambda: all_applied(desk), 15)


def test_after_each_failure_it_waits_twice_as_long(desk: Desk) -> None:
    desk.trouble.change({"faults": [{"kind": "status", "status": 404}]})
    deliver(desk.database, desk.some(3))
    drainer = Drainer(desk.deps, "n")
    assert [drainer.step() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    desk.trouble.change({"faults": []})
    assert drainer.step() == 0
    assert drainer.step() == LOOK_SECONDS


def test_the_same_trouble_is_logged_once(desk: Desk, capfd: pytest.CaptureFixture[str]) -> None:
    desk.trouble.change({"faults": [{"kind": "status", "status": 404}]})
    deliver(desk.database, desk.some(3))
    drainer = Drainer(desk.deps, "n")
    for _ in range(3):
        drainer.step()
    assert "".join(capfd.readouterr()).count("drain_paused") == 1


def test_before_the_first_synchronisation_it_looks_seldom(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(weeks=2)) as desk:
        deliver(desk.database, desk.some(3))
        assert Drainer(desk.deps, "n").step() == HELD_SECONDS


def test_it_stops_while_it_waits(desk: Desk) -> None:
    with draining(desk) as drainer:
        drainer.wake()
    assert not drainer._thread.is_alive()
