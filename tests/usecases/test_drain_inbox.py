"""Deliveries drained: the issues they name are read again, whatever they say, however often, in any order."""

import json
import threading
from collections.abc import Iterator

import pytest
from tests.store.deliveries import deliver, inbox, states
from tests.usecases.syncing import HOUR, MINUTE, Desk, desk_of, task_in, team_world

from phasewise.errors import JiraError
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.store.dirty import is_clean
from phasewise.usecases.drain_inbox import DrainReport, drain
from phasewise.usecases.judge import judge

BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])


def drained(desk: Desk, node: str = "n1") -> DrainReport:
    return drain(desk.deps, node)


@pytest.fixture
def desk(database: Database) -> Iterator[Desk]:
    """A site that was synchronised an hour ago."""
    with desk_of(database, team_world()) as desk:
        yield ready(desk)


@pytest.fixture
def small(sqlite_database: Database) -> Iterator[Desk]:
    """The same on SQLite alone, for what does not depend on the database."""
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        yield ready(desk)


def ready(desk: Desk) -> Desk:
    desk.sync()
    judge(desk.deps)
    desk.pass_time(HOUR)
    return desk


def test_a_delivery_brings_the_issue_as_it_is_now(desk: Desk) -> None:
    task = desk.some(3)
    desk.edit(task, status=catalogue.IN_PROGRESS, summary="Changed")
    deliver(desk.database, task)
    report = drained(desk)
    assert (report.claimed, report.applied, report.issues, report.changed) == (1, 1, 1, 1)
    assert desk.stored() == desk.scope_truth()
    with desk.database.read() as connection:
        assert is_clean(connection, desk.deps.site_id)


def test_w1_many_deliveries_of_one_issue_cost_one_read(desk: Desk) -> None:
    task = desk.some(3)
    desk.edit(task, summary="Changed")
    deliver(desk.database, *[task] * 60)
    before = desk.clients.client().requests
    assert drained(desk).applied == 60
    assert desk.clients.client().requests - before <= 4
    assert drained(desk) == DrainReport()


def test_w3_w4_the_order_of_deliveries_does_not_matter(desk: Desk) -> None:
    new, old = task_in(desk.world), desk.some(3)
    desk.edit(new, status=catalogue.IN_PROGRESS)
    desk.edit(old, summary="One")
    desk.edit(old, summary="Two")
    deliver(desk.database, new, old, new, old)
    drained(desk)
    assert desk.stored() == desk.scope_truth()


@BOTH
def test_w5_a_deleted_issue_stays_deleted_when_an_update_comes_late(
    database: Database, deployment: str
) -> None:
    with desk_of(database, team_world(deployment)) as desk:
        gone = ready(desk).some(4)
        desk.world.delete(desk.now, desk.world.service_user, gone)
        deliver(desk.database, gone)
        assert drained(desk).changed == 1
        removed_at = desk.issue(gone).removed_at
        assert removed_at == desk.now
        desk.pass_time(MINUTE)
        deliver(desk.database, gone, first=2)
        drained(desk)
        assert desk.issue(gone).removed_at == removed_at
        assert states(desk.database) == {"d1": "applied", "d2": "ignored"}


def told(desk: Desk, issue: int, timestamp: object, first: int = 1) -> tuple[int | None, bool]:
    """When the issue ended, and whether that is exact, once Jira told that it was deleted then."""
    body = json.dumps({"timestamp": timestamp}).encode()
    deliver(desk.database, issue, event="jira:issue_deleted", first=first, body=body)
    drained(desk)
    return desk.issue(issue).removed_at, desk.issue(issue).removed_exactly


@BOTH
def test_a_deleted_issue_ended_when_its_event_says(database: Database, deployment: str) -> None:
    with desk_of(database, team_world(deployment)) as desk:
        gone = ready(desk).some(4)
        desk.world.delete(desk.now, desk.world.service_user, gone)
        at = desk.now - 5_000
        assert told(desk, gone, at) == (at, True)
        assert told(desk, gone, at + 1, first=2) == (at, True)
        assert told(desk, gone, at - 1, first=3) == (at - 1, True)


def test_an_earlier_deletion_replaces_what_a_read_found(small: Desk) -> None:
    gone, found = small.some(4), small.now
    small.world.delete(found, small.world.service_user, gone)
    deliver(small.database, gone)
    drained(small)
    assert told(small, gone, found + 1, first=2) == (found, False)
    assert told(small, gone, found - 1, first=3) == (found - 1, True)


@pytest.mark.parametrize("timestamp", [None, "soon", True, 0, 10**15])
def test_a_deletion_that_does_not_say_when_ends_an_issue_now(small: Desk, timestamp: object) -> None:
    gone = small.some(4)
    small.world.delete(small.now, small.world.service_user, gone)
    assert told(small, gone, timestamp) == (small.now, False)


def test_a_deletion_told_of_before_the_last_change_is_of_an_issue_that_came_back(small: Desk) -> None:
    gone = small.some(4)
    small.edit(gone, summary="Back again")
    deliver(small.database, gone)
    drained(small)
    last_change = small.issue(gone).updated
    small.world.delete(small.now, small.world.service_user, gone)
    assert told(small, gone, last_change - 1, first=2) == (small.now, False)


def test_a_told_deletion_of_what_jira_shows_ends_nothing(small: Desk) -> None:
    assert told(small, small.some(4), small.now) == (None, False)


def test_w5_an_issue_that_can_be_read_again_lives_again(small: Desk) -> None:
    hidden = small.some(4)
    small.trouble.hidden_issues.add(hidden)
    deliver(small.database, hidden)
    drained(small)
    assert small.issue(hidden).removed_at is not None
    small.trouble.hidden_issues.clear()
    deliver(small.database, hidden, first=2)
    drained(small)
    assert small.issue(hidden).removed_at is None


def test_w6_a_new_issue_is_there_before_the_search_knows_it(desk: Desk) -> None:
    desk.world.index.lag_ms = 5 * MINUTE
    new = task_in(desk.world)
    deliver(desk.database, new)
    assert drained(desk).applied == 1
    assert desk.issue(new).removed_at is None


def test_w6_a_data_center_whose_index_lags_is_asked_again(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world("datacenter")) as desk:
        ready(desk)
        desk.world.index.lag_ms = 30_000
        new = task_in(desk.world)
        deliver(desk.database, new)
        assert drained(desk).retried == 1
        desk.world.index.lag_ms = 0
        desk.pass_time(MINUTE)
        assert drained(desk).applied == 1
        assert desk.issue(new).matched


def test_w16_an_old_delivery_under_a_new_name_changes_nothing(desk: Desk) -> None:
    before = desk.stored()
    deliver(desk.database, desk.some(3), event="jira:issue_deleted")
    report = drained(desk)
    assert (report.applied, report.changed) == (1, 0)
    assert desk.stored() == before


def test_w2_two_events_of_one_action_are_one_change(desk: Desk) -> None:
    task = desk.some(3)
    desk.edit(task, status=catalogue.DONE)
    deliver(desk.database, task, [task], event="comment_created")
    assert (drained(desk).applied, drained(desk).changed) == (2, 0)
    assert desk.stored() == desk.scope_truth()


@BOTH
def test_x3_a_moved_issue_keeps_its_row_under_the_new_key(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        moved = ready(desk).some(4)
        desk.world.move(desk.now, desk.world.service_user, moved, "DS")
        deliver(desk.database, moved)
        drained(desk)
        assert desk.issue(moved).key.startswith("DS-")
        assert desk.stored() == desk.scope_truth()


def test_x3_an_issue_moved_out_of_scope_ends_at_the_move(small: Desk) -> None:
    moved = small.some(4)
    left_at = small.now
    small.world.move(left_at, small.world.service_user, moved, "DS")
    small.pass_time(MINUTE)
    deliver(small.database, moved)
    drained(small)
    assert (small.issue(moved).removed_at, small.issue(moved).removed_exactly) == (left_at, True)


def test_an_issue_out_of_scope_is_ignored_and_never_stored(small: Desk) -> None:
    other = small.some(0, space="DS")
    deliver(small.database, other)
    assert drained(small).ignored == 1
    assert small.issue(other) is None
    assert inbox(small.database)["d1"].reason == "The scope does not match the issue"


def test_p9_an_issue_of_a_project_that_became_invisible_is_kept_and_named(desk: Desk) -> None:
    before, task = desk.stored(), desk.some(0, space="DS")
    desk.trouble.hidden_spaces.add("DS")
    deliver(desk.database, task)
    drained(desk)
    assert desk.stored() == before
    assert desk.state().no_access == ("DS",)


def test_a_mass_disappearance_removes_nothing(small: Desk) -> None:
    before = small.stored()
    small.trouble.hidden_issues |= set(before)
    deliver(small.database, *before)
    drained(small)
    assert small.stored() == before
    assert set(states(small.database).values()) == {"ignored"}


def test_subtasks_and_epics_come_along_and_leave_with_their_task(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = ml") as desk:
        ready(desk)
        world, now, user = desk.world, desk.now, desk.world.service_user
        epic = world.create_issue(now, user, space="ML", type_id=catalogue.EPIC, summary="Ranking")
        task = task_in(world, parent=epic, fields={"labels": ["ml"]})
        part = world.create_issue(
            now, user, space="ML", type_id=catalogue.SUBTASK, summary="Part", parent=task
        )
        deliver(desk.database, task)
        drained(desk)
        assert set(desk.stored()) == {epic, task, part}
        assert not desk.issue(part).matched
        desk.edit(task, labels=[])
        deliver(desk.database, task, first=2)
        drained(desk)
        assert desk.stored() == {}


def test_a_new_subtask_of_a_task_in_scope_comes_by_its_own_delivery(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = ml") as desk:
        task = task_in(desk.world, fields={"labels": ["ml"]})
        ready(desk)
        part = desk.world.create_issue(
            desk.now,
            desk.world.service_user,
            space="ML",
            type_id=catalogue.SUBTASK,
            summary="Part",
            parent=task,
        )
        deliver(desk.database, part)
        assert drained(desk).applied == 1
        assert desk.issue(part).parent_id == task


# ------------------------------------------------------------------ waiting


def test_before_the_first_synchronisation_all_waits(database: Database) -> None:
    with desk_of(database, team_world()) as desk:
        deliver(desk.database, desk.some(3))
        assert drained(desk) == DrainReport(is_held=True)
        assert states(desk.database) == {"d1": "pending"}
        desk.sync()
        assert drained(desk).applied == 1


def test_an_unreachable_jira_costs_no_try(desk: Desk) -> None:
    desk.trouble.change({"faults": [{"kind": "drop"}]})
    deliver(desk.database, desk.some(3))
    with pytest.raises(JiraError):
        drained(desk)
    row = inbox(desk.database)["d1"]
    assert (row.state, row.attempts, row.claimed_by) == ("pending", 0, None)
    desk.trouble.change({"faults": []})
    assert drained(desk).applied == 1


def test_a_refused_token_costs_no_try(small: Desk) -> None:
    small.trouble.change({"token": "another"})
    deliver(small.database, small.some(3))
    with pytest.raises(JiraError):
        drained(small)
    assert inbox(small.database)["d1"].attempts == 0


def test_the_mapping_is_not_asked_for_again(small: Desk) -> None:
    deliver(small.database, small.some(3))
    before = small.clients.client().requests
    drained(small)
    assert small.clients.client().requests - before == 3


# ------------------------------------------------------------------ workers


def test_two_workers_at_once_apply_each_delivery_once(desk: Desk) -> None:
    tasks = [desk.some(number) for number in range(12)]
    for task in tasks:
        desk.edit(task, summary=f"Changed {task}")
    deliver(desk.database, *tasks * 5)
    reports: list[DrainReport] = []
    workers = [
        threading.Thread(target=lambda n=node: reports.append(drained(desk, n))) for node in ("a", "b")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sum(report.applied for report in reports) == 60
    assert desk.stored() == desk.scope_truth()


def test_drain_and_poll_beside_each_other_leave_the_truth(desk: Desk) -> None:
    tasks = [desk.some(number) for number in range(12)]
    for task in tasks:
        desk.edit(task, summary=f"Changed {task}")
    deliver(desk.database, *tasks)
    poll = threading.Thread(target=desk.sync)
    poll.start()
    drained(desk)
    poll.join(60)
    assert desk.stored() == desk.scope_truth()
    assert set(states(desk.database).values()) == {"applied"}
