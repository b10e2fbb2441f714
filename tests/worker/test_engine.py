"""The engine: jobs at their times, one at a time, whatever they do; and what a node leaves behind."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy

from phasewise.core.model import Policy
from phasewise.errors import StoreError
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.migrate import drift
from phasewise.usecases.deps import Deps
from phasewise.worker.engine import Engine
from phasewise.worker.jobs import Job


@pytest.fixture
def deps(database: Database) -> Deps:
    with database.write() as connection:
        site_id = sites.site_of(connection, "https://jira.example.com")
    return Deps(database=database, site_id=site_id, policy=Policy(), now=lambda: time.time_ns() // 1_000_000)


@contextmanager
def running(deps: Deps, *jobs: Job, node_id: str = "node-1") -> Iterator[Engine]:
    """An engine at work, on connections of its own as a shift has them."""
    engine = Engine(replace(deps, database=deps.database.again(node_id)), jobs, node_id)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
        engine._deps.database.close()


def soon(happens: Callable[[], object], seconds: float = 60.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(0.02)
    return False


def rows(deps: Deps, what: str) -> list[tuple[object, ...]]:
    """Rows of the engine's own table."""
    table = "workflow_status" if deps.database.path else "dbos.workflow_status"
    with deps.database.read() as connection:
        return [tuple(row) for row in connection.execute(sqlalchemy.text(f"SELECT {what} FROM {table}"))]


def test_a_job_is_done_again_and_again(deps: Deps) -> None:
    times: list[float] = []
    with running(deps, Job("count", lambda: times.append(time.monotonic()), every_seconds=0.1)):
        assert soon(lambda: len(times) >= 3)


def test_a_job_that_is_not_due_is_skipped(deps: Deps) -> None:
    done: list[str] = []
    jobs = (
        Job("never", lambda: done.append("never"), every_seconds=0.05, is_due=lambda: False),
        Job("always", lambda: done.append("always"), every_seconds=0.05),
    )
    with running(deps, *jobs):
        assert soon(lambda: len(done) >= 2)
    assert set(done) == {"always"}


def test_a_job_that_raises_is_done_again_and_ends_nothing(deps: Deps) -> None:
    done: list[str] = []

    def broken() -> None:
        done.append("broken")
        raise ZeroDivisionError("a bug")

    def troubled() -> bool:
        done.append("troubled")
        raise StoreError("away")

    jobs = (
        Job("broken", broken, every_seconds=0.1),
        Job("troubled", lambda: None, every_seconds=0.1, is_due=troubled),
        Job("fine", lambda: done.append("fine"), every_seconds=0.1),
    )
    with running(deps, *jobs):
        assert soon(lambda: min(done.count(name) for name in ("broken", "troubled", "fine")) >= 2, 20)
    assert {status for (status,) in rows(deps, "status")} <= {"SUCCESS", "ENQUEUED", "PENDING"}


def test_a_job_that_takes_long_does_not_pile_up_and_holds_up_no_other(deps: Deps) -> None:
    begun, done, end = [], [], threading.Event()

    def slow() -> None:
        begun.append(1)
        end.wait(20)

    jobs = (Job("slow", slow, every_seconds=0.05), Job("fast", lambda: done.append(1), every_seconds=0.05))
    with running(deps, *jobs):
        assert soon(lambda: len(done) >= 4, 20)
        assert len(begun) == 1
        assert len(rows(deps, "status")) <= len(begun) + len(done) + 2
        end.set()


def test_a_job_by_the_clock_is_done_in_its_zone(deps: Deps) -> None:
    done: list[int] = []
    with running(deps, Job("each second", lambda: done.append(1), cron="* * * * * *", zone="Europe/Berlin")):
        assert soon(lambda: len(done) >= 2, 20)


def test_what_a_dead_node_had_begun_is_done_by_a_living_one(deps: Deps) -> None:
    done: list[str] = []
    with running(deps, Job("job", lambda: done.append("a"), every_seconds=60), node_id="dead"):
        assert soon(lambda: rows(deps, "status") == [("SUCCESS",)])
    table = "workflow_status" if deps.database.path else "dbos.workflow_status"
    with deps.database.write() as connection:
        connection.execute(sqlalchemy.text(f"UPDATE {table} SET status = 'PENDING'"))
    with running(deps, Job("job", lambda: done.append("b")), node_id="alive") as engine:
        assert engine.take_over({"alive"}) == 1
        assert soon(lambda: done == ["a", "b"])
        assert engine.take_over({"alive"}) == 0


def test_d3_what_a_node_took_as_the_database_crashed_is_put_back_at_the_second_look(deps: Deps) -> None:
    done: list[int] = []
    table = "workflow_status" if deps.database.path else "dbos.workflow_status"
    with running(deps, Job("job", lambda: done.append(1), every_seconds=60), node_id="alive") as engine:
        assert soon(lambda: rows(deps, "status") == [("SUCCESS",)])
        with deps.database.write() as connection:
            connection.execute(sqlalchemy.text(f"UPDATE {table} SET status = 'PENDING'"))
        assert [engine.take_over({"alive"}) for _ in range(2)] == [0, 1]
        assert soon(lambda: done == [1, 1])


def test_a_job_is_cut_when_the_node_stops_and_waits_for_the_next(deps: Deps) -> None:
    begun = threading.Event()
    done: list[str] = []
    cut = Engine(replace(deps, database=deps.database.again("one")), (), "one")

    def long() -> None:
        begun.set()
        while True:
            with cut._deps.database.read():
                time.sleep(0.05)

    cut._jobs = {"long": Job("long", long, cron="* * * * * *")}
    cut.start()
    assert begun.wait(10)
    cut.stop(patience_seconds=0.2)
    cut._deps.database.close()
    with running(deps, Job("long", lambda: done.append("now")), node_id="two"):
        assert soon(lambda: done)


def test_d13_what_ended_is_forgotten(deps: Deps) -> None:
    done: list[int] = []
    with running(deps, Job("often", lambda: done.append(1), every_seconds=0.05)) as engine:
        assert soon(lambda: len(done) >= 3)
        time.sleep(0.5)
        before = len(rows(deps, "status"))
        assert engine.prune(keep_seconds=0) >= 2
        assert len(rows(deps, "status")) < before


def test_the_engine_s_tables_are_not_taken_for_a_drift(deps: Deps) -> None:
    with running(deps):
        assert drift(deps.database) == []
