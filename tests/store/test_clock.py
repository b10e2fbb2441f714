"""The clock of the database: what processes on several machines go by."""

from collections.abc import Iterator

import pytest

from phasewise.store import claims
from phasewise.store.clock import DatabaseClock
from phasewise.store.db import Database
from tests.store.deliveries import deliver
from tests.store.test_effects import add, claim, comment

MINUTES = 60_000
OURS = 1_795_000_000_000


@pytest.fixture
def shared(pg_url: str) -> Iterator[Database]:
    database = Database(pg_url)
    yield database
    database.close()


def clocks(database: Database) -> tuple[DatabaseClock, DatabaseClock]:
    """Of a machine that is ten minutes late, and of one that is ten minutes early."""
    late, early = (DatabaseClock(lambda by=by: OURS + by) for by in (-10 * MINUTES, 10 * MINUTES))  # type: ignore[misc]
    with database.read() as connection:
        late.set_by(connection)
        early.set_by(connection)
    return late, early


def test_b8_machines_whose_clocks_differ_by_minutes_never_hold_the_same_effect(shared: Database) -> None:
    late, early = clocks(shared)
    assert abs(late() - early()) < 30_000
    add(shared, comment(), at=early())
    assert claim(shared, late() + 1000, "late", lasts=MINUTES) is not None
    assert claim(shared, early(), "early") is None
    assert claim(shared, early() + 2 * MINUTES, "early") is not None


def test_b8_machines_whose_clocks_differ_by_minutes_never_hold_the_same_delivery(shared: Database) -> None:
    late, early = clocks(shared)
    deliver(shared, 7)
    with shared.write() as connection:
        assert claims.claim(connection, 1, "late", late(), late() + MINUTES, 10)
        assert not claims.is_waiting(connection, 1, early())
        assert not claims.claim(connection, 1, "early", early(), early() + MINUTES, 10)
        assert claims.is_waiting(connection, 1, early() + 2 * MINUTES)


def test_t3_a_wall_clock_that_jumps_moves_nothing_between_two_looks(shared: Database) -> None:
    ours, passed = [OURS], [5.0]
    clock = DatabaseClock(lambda: ours[0], lambda: passed[0])
    with shared.read() as connection:
        before = clock.set_by(connection)
    ours[0], passed[0] = OURS + 3 * 3_600_000, 6.5
    assert clock() == before + 1500


def test_an_sqlite_file_has_no_clock_but_ours(sqlite_database: Database) -> None:
    clock = DatabaseClock(lambda: OURS)
    with sqlite_database.read() as connection:
        assert (clock(), clock.set_by(connection), clock()) == (OURS, OURS, OURS)
