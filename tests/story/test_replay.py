"""`phasewise replay`: in the foreground, beside a running service, and for what is not there."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from phasewise.sandbox.serve import Running, start_in_thread
from phasewise.sandbox.team import settle_team
from phasewise.sandbox.world import World
from phasewise.store.db import Database
from phasewise.store.work_tables import deliveries
from tests.store.deliveries import deliver, inbox, states
from tests.story.commands import LoadedShell, Shell, eventually


@pytest.fixture
def jira() -> Iterator[Running]:
    world = World("cloud", seed=3)
    settle_team(world, seed=3, team_size=2, weeks=4, end_ms=time.time_ns() // 1_000_000)
    with start_in_thread(world) as running:
        yield running


@pytest.fixture
def shell(jira: Running, tmp_path: Path) -> Shell:
    return LoadedShell(tmp_path, JIRA_URL=jira.url, JIRA_TOKEN="any", JIRA_SCOPE="project is not EMPTY")


@pytest.fixture
def database(shell: Shell) -> Iterator[Database]:
    """The store after a synchronisation, with three deliveries that failed."""
    assert shell.run("sync").code == 0
    database = Database(f"sqlite:///{shell.folder}/data/phasewise.db")
    deliver(database, 10_000, 10_001, 10_002)
    with database.write() as connection:
        connection.execute(update(deliveries).values(state="failed", attempts=5, reason="it broke"))
    yield database
    database.close()


def test_all_that_failed_is_processed_in_the_foreground(shell: Shell, database: Database) -> None:
    ran = shell.run("replay", "--failed")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("3 deliveries set pending; ")
    assert not {"pending", "failed"} & set(states(database).values())
    assert shell.run("replay", "--failed").out == "0 deliveries set pending\n"


def test_one_is_processed_by_its_id(shell: Shell, database: Database) -> None:
    assert shell.run("replay", "d2").out.startswith("1 delivery set pending; ")
    assert [one for one, state in states(database).items() if state == "failed"] == ["d1", "d3"]
    assert inbox(database)["d2"].attempts == 0


def test_an_unknown_id_is_one_line(shell: Shell, database: Database) -> None:
    ran = shell.run("replay", "d9")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "There is no delivery 'd9'" in ran.err


def test_one_or_all_must_be_named(shell: Shell, database: Database) -> None:
    assert [shell.run("replay", *given).code for given in ((), ("d1", "--failed"))] == [1, 1]


def test_beside_a_running_service_that_one_does_the_work(shell: Shell, database: Database) -> None:
    with shell.running("serve", "--port", "0"):
        ran = shell.run("replay", "--failed")
        assert ran.out == "3 deliveries set pending; the running service processes them\n"
        assert eventually(lambda: "pending" not in states(database).values())
