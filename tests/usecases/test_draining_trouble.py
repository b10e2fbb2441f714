"""What breaks one delivery or one issue, and what must then happen to all the others."""

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text
from tests.store.deliveries import deliver, inbox, states
from tests.usecases.syncing import HOUR, Desk, desk_of, team_world

from phasewise.errors import JiraError
from phasewise.jira.trouble import UnreachableError
from phasewise.sandbox import catalogue
from phasewise.sandbox.trouble import Fault
from phasewise.store import claims, closure
from phasewise.store.db import Database
from phasewise.usecases.drain_inbox import drain
from phasewise.usecases.draining.reading import read_tolerantly
from phasewise.usecases.sync_run import Batch

DAY = 86_400_000


def ready(desk: Desk) -> Desk:
    desk.sync()
    desk.pass_time(HOUR)
    return desk


def poison(database: Database, issue_id: int) -> None:
    """From now on the database refuses to write this issue, for a reason nobody foresaw."""
    with database.write() as connection:
        if database.dialect == "sqlite":
            for event in ("INSERT", "UPDATE"):
                connection.exec_driver_sql(
                    f"CREATE TRIGGER poison_{event} BEFORE {event} ON issues WHEN NEW.issue_id = {issue_id} "
                    "BEGIN SELECT RAISE(ABORT, 'poison'); END"
                )
        else:
            bad = f"ALTER TABLE issues ADD CONSTRAINT poison CHECK (issue_id <> {issue_id}) NOT VALID"
            connection.execute(text(bad))


def cure(database: Database) -> None:
    with database.write() as connection:
        if database.dialect == "sqlite":
            for event in ("INSERT", "UPDATE"):
                connection.exec_driver_sql(f"DROP TRIGGER poison_{event}")
        else:
            connection.exec_driver_sql("ALTER TABLE issues DROP CONSTRAINT poison")


def test_w13_a_poisonous_issue_is_set_aside_and_the_fifty_behind_it_go_through(database: Database) -> None:
    with desk_of(database, team_world()) as desk:
        bad, *others = [ready(desk).some(number) for number in range(51)]
        for issue_id in (bad, *others):
            desk.edit(issue_id, summary=f"Changed {issue_id}")
        poison(database, bad)
        deliver(database, bad, *others)
        report = drain(desk.deps, "n")
        assert (report.applied, report.retried) == (50, 1)
        for _ in range(claims.TRIES - 1):
            desk.pass_time(HOUR)
            drain(desk.deps, "n")
        row = inbox(database)["d1"]
        assert (row.state, row.attempts) == ("failed", claims.TRIES)
        assert "poison" in row.reason
        cure(database)
        with database.write() as connection:
            assert claims.replay_failed(connection, desk.deps.site_id, desk.now) == 1
        assert drain(desk.deps, "n").applied == 1
        assert desk.stored() == desk.scope_truth()


def test_w13_a_poisonous_delivery_is_set_aside_and_the_others_go_through(database: Database) -> None:
    with desk_of(database, team_world()) as desk:
        task = ready(desk).some(3)
        deliver(database, ["no id"], task)
        report = drain(desk.deps, "n")
        assert (report.failed, report.applied) == (1, 1)
        assert inbox(database)["d1"].reason == "It names no issue that could be read"


def test_an_issue_without_sense_is_tried_again_with_its_reason(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        bad, good = ready(desk).some(3), desk.some(4)
        [raw] = [raw.issue for raw in desk.clients.client().read([good], ["*all"]).issues]
        answer: dict[str, Any] = {"issues": [raw, {**raw, "id": str(bad), "fields": None}]}
        desk.trouble.faults.append(Fault(path="issue/bulkfetch", status=200, body=json.dumps(answer)))
        deliver(sqlite_database, bad, good)
        report = drain(desk.deps, "n")
        assert (report.applied, report.retried) == (1, 1)
        assert inbox(sqlite_database)["d1"].reason == "the issue came without fields"
        with sqlite_database.read() as connection:
            assert closure.unreadables(connection, desk.deps.site_id) == [
                (str(bad), "the issue came without fields")
            ]


def test_a_delivery_of_several_issues_ends_with_the_last(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        bad, good = ready(desk).some(3), desk.some(4)
        desk.edit(bad, summary="Changed")
        poison(sqlite_database, bad)
        deliver(sqlite_database, [good, bad], good)
        drain(desk.deps, "n")
        assert states(sqlite_database) == {"d1": "pending", "d2": "applied"}


def test_x1_a_phase_field_deleted_between_two_polls_keeps_the_last_phases(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        ready(desk)
        task = next(issue_id for issue_id, row in desk.stored().items() if row[2])
        phase = desk.issue(task).phase_option
        desk.edit(task, summary="Changed")
        desk.world.delete_field(catalogue.PHASE_FIELD)
        deliver(sqlite_database, task)
        drain(desk.deps, "n")
        assert (desk.issue(task).summary, desk.issue(task).phase_option) == ("Changed", phase)


def test_x2_a_status_nobody_knows_is_asked_for_once(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        one, other = ready(desk).some(3), desk.some(4)
        with sqlite_database.write() as connection:
            connection.exec_driver_sql(f"DELETE FROM statuses WHERE status_id = '{catalogue.DONE}'")
        desk.edit(one, status=catalogue.DONE)
        desk.edit(other, status=catalogue.DONE)
        deliver(sqlite_database, one)
        drain(desk.deps, "n")
        with sqlite_database.read() as connection:
            listed = "SELECT listed FROM statuses WHERE status_id = ?"
            assert connection.exec_driver_sql(listed, (catalogue.DONE,)).scalar_one()
        deliver(sqlite_database, other, first=2)
        before = desk.clients.client().requests
        drain(desk.deps, "n")
        assert desk.clients.client().requests - before == 3


def test_jira_away_in_the_middle_leaves_what_came_and_what_did_not(database: Database) -> None:
    with desk_of(database, team_world(weeks=26)) as desk:
        tasks = sorted(ready(desk).stored())[:150]
        for task in tasks:
            desk.edit(task, summary=f"Changed {task}")
        deliver(database, *tasks)
        desk.trouble.faults.append(Fault(path="changelog/bulkfetch", kind="drop", skip=1))
        with pytest.raises(JiraError):
            drain(desk.deps, "n")
        assert {row.attempts for row in inbox(database).values()} == {0}
        assert {row.claimed_by for row in inbox(database).values()} == {None}
        desk.trouble.faults.clear()
        drain(desk.deps, "n")
        assert set(states(database).values()) == {"applied"}
        assert desk.stored() == desk.scope_truth()


# ------------------------------------------------------------------ an issue that breaks a read


@dataclass
class Shelf:
    """A run whose reads fail as soon as they ask for the issue 13; Jira itself is there, or is not."""

    error: Exception
    is_there: bool = True
    reads: list[list[int]] = field(default_factory=list)

    @property
    def client(self) -> Any:
        return SimpleNamespace(server=self._server)

    def _server(self) -> None:
        if not self.is_there:
            raise UnreachableError("away", retryable=True)

    def asked(self, ids: list[int]) -> Batch:
        self.reads.append(ids)
        if 13 in ids:
            raise self.error
        return Batch(ids, [], {}, frozenset(), {})


BROKEN = JiraError("Jira fails (500): try again later", retryable=True, status=500)


@pytest.mark.parametrize("error", [BROKEN, RecursionError("too deep")])
def test_w13_an_issue_that_breaks_a_read_is_read_alone(error: Exception) -> None:
    shelf: Any = Shelf(error)
    batch = read_tolerantly(shelf, [12, 13, 14])
    assert batch.ids == [12, 13, 14]
    assert list(batch.unreadable) == ["13"]


@pytest.mark.parametrize(
    ("error", "is_there"),
    [
        (BROKEN, False),
        (UnreachableError("away", retryable=True), True),
        (JiraError("Jira asks to slow down (429)", status=429), True),
    ],
)
def test_a_jira_that_is_away_is_no_issues_fault(error: JiraError, is_there: bool) -> None:
    shelf: Any = Shelf(error, is_there)
    with pytest.raises(JiraError):
        read_tolerantly(shelf, [12, 13, 14])
    assert len(shelf.reads) == 1
