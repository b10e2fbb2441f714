"""What leaves: deleted, moved, hidden, out of scope; and what must never be taken for that."""

import pytest
from tests.usecases.syncing import HOUR, MINUTE, Desk, desk_of, task_in, team_world

from phasewise.sandbox import catalogue
from phasewise.sandbox.trouble import Fault
from phasewise.store.db import Database

BOTH = pytest.mark.parametrize("deployment", ["cloud", "datacenter"])


def synced(desk: Desk) -> Desk:
    desk.sync()
    desk.pass_time(HOUR)
    return desk


@BOTH
def test_x5_a_deleted_issue_is_removed_at_the_time_of_the_census(database: Database, deployment: str) -> None:
    with desk_of(database, team_world(deployment)) as desk:
        gone = synced(desk).some(4)
        desk.world.delete(desk.now, desk.world.service_user, gone)
        desk.pass_time(MINUTE)
        assert desk.sync().removed >= 1
        assert (desk.issue(gone).removed_at, desk.issue(gone).removed_exactly) == (desk.now, False)
        assert desk.stored() == desk.scope_truth()


def test_a_poll_alone_removes_nothing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        gone = synced(desk).some(4)
        desk.world.delete(desk.now, desk.world.service_user, gone)
        desk.poll()
        assert desk.issue(gone).removed_at is None


@BOTH
def test_x3_a_move_out_of_scope_ends_the_issue_at_the_move(
    sqlite_database: Database, deployment: str
) -> None:
    with desk_of(sqlite_database, team_world(deployment), scope="project = ML") as desk:
        moved = synced(desk).some(4)
        left_at = desk.now
        desk.world.move(left_at, desk.world.service_user, moved, "DS")
        desk.pass_time(3 * HOUR)
        desk.sync()
        assert (desk.issue(moved).removed_at, desk.issue(moved).removed_exactly) == (left_at, True)
        assert desk.issue(moved).key.startswith("DS-")


@BOTH
@pytest.mark.parametrize(
    ("scope", "left_with"), [("project = ML", 0), ("project in (ML, DS)", 1), ("project in (10000, DS)", 1)]
)
def test_of_several_moves_the_one_out_of_the_scope_ends_it(
    sqlite_database: Database, deployment: str, scope: str, left_with: int
) -> None:
    with desk_of(sqlite_database, team_world(deployment), scope=scope) as desk:
        moved, times = synced(desk).some(4), []
        for space in ("DS", "GROW"):
            times.append(desk.now)
            desk.world.move(desk.now, desk.world.service_user, moved, space)
            desk.pass_time(HOUR)
        desk.sync()
        assert desk.issue(moved).removed_at == times[left_with]


@BOTH
@pytest.mark.parametrize(
    ("status", "left_with"), [(catalogue.DONE, 0), (catalogue.IN_PROGRESS, 1), (catalogue.IN_REVIEW, 1)]
)
def test_the_first_condition_that_no_longer_held_ends_it(
    sqlite_database: Database, deployment: str, status: str, left_with: int
) -> None:
    world = team_world(deployment)
    scope = 'project = ML AND statusCategory != "Done"'
    with desk_of(sqlite_database, world, scope=scope) as desk:
        task = task_in(world)
        desk.edit(task, status=catalogue.TODO)
        synced(desk)
        times = [desk.now]
        desk.edit(task, status=status)
        desk.pass_time(HOUR)
        times.append(desk.now)
        world.move(desk.now, world.service_user, task, "DS")
        desk.pass_time(HOUR)
        desk.sync()
        assert desk.issue(task).removed_at == times[left_with]


@BOTH
def test_x3_a_move_within_the_scope_keeps_the_one_row(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        moved = synced(desk).some(4)
        desk.world.move(desk.now, desk.world.service_user, moved, "DS")
        desk.sync()
        assert desk.issue(moved).removed_at is None
        assert desk.stored() == desk.scope_truth()


def test_a_label_that_the_scope_asks_for_taken_away_ends_the_issue_then(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = ml") as desk:
        task = task_in(desk.world)
        desk.edit(task, labels=["ml"])
        synced(desk)
        desk.edit(task, labels=[])
        left_at = desk.now
        desk.pass_time(HOUR)
        desk.edit(task, summary="a later change of something else")
        desk.sync()
        assert (desk.issue(task).removed_at, desk.issue(task).removed_exactly) == (left_at, True)


def test_an_issue_that_comes_back_lives_again(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        moved = synced(desk).some(4)
        desk.world.move(desk.now, desk.world.service_user, moved, "DS")
        desk.sync()
        desk.world.move(desk.now, desk.world.service_user, moved, "ML")
        desk.sync()
        assert desk.issue(moved).removed_at is None


def test_x9_an_issue_hidden_by_its_security_level_is_removed(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world()) as desk:
        hidden = synced(desk).some(4)
        desk.trouble.hidden_issues.add(hidden)
        desk.sync()
        assert desk.issue(hidden).removed_at == desk.now


@BOTH
def test_p9_a_project_that_became_invisible_is_kept_and_named(
    sqlite_database: Database, deployment: str
) -> None:
    with desk_of(sqlite_database, team_world(deployment)) as desk:
        before = synced(desk).stored()
        desk.trouble.hidden_spaces.add("DS")
        report = desk.sync()
        assert desk.stored() == before
        assert report.removed == 0
        assert desk.state().no_access == ("DS",)
        desk.trouble.hidden_spaces.clear()
        desk.sync()
        assert desk.state().no_access == ()


def test_a_mass_disappearance_removes_nothing_and_says_so(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(weeks=26)) as desk:
        before = synced(desk).stored()
        desk.trouble.hidden_issues |= set(list(before)[: len(before) // 2])
        assert desk.sync().removed == 0
        assert desk.stored() == before
        assert "mass_disappearance" in desk.codes()


def test_a_changed_scope_may_remove_many(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(weeks=26)) as desk:
        synced(desk)
        desk.scoped("project = DS")
        desk.sync()
        home = desk.world.space("DS")
        assert desk.stored() == desk.truth(lambda issue: home is not None and issue.space == home.id)


def test_an_empty_scope_is_a_warning(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = nothing") as desk:
        desk.sync()
        assert "scope_empty" in desk.codes()


def test_p23_a_listing_shorter_than_jiras_own_count_removes_nothing(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(weeks=26)) as desk:
        gone = synced(desk).some(4)
        desk.world.delete(desk.now, desk.world.service_user, gone)
        count = Fault(path="approximate-count", status=200, body='{"count": 5000}')
        desk.trouble.faults.append(count)
        desk.sync()
        assert desk.issue(gone).removed_at is None
        assert "census_short" in desk.codes()


# ------------------------------------------------------------------ what comes along


@BOTH
def test_the_epic_and_the_subtasks_of_a_matched_task_come_along(database: Database, deployment: str) -> None:
    with desk_of(database, team_world(deployment), scope="labels = ml") as desk:
        epic, task, subtask = family(desk)
        desk.sync()
        kinds = {
            issue_id: (desk.issue(issue_id).kind, desk.issue(issue_id).matched) for issue_id in desk.stored()
        }
        assert kinds == {epic: ("project", False), task: ("task", True), subtask: ("subtask", False)}
        assert desk.issue(task).parent_id == epic


@BOTH
def test_a_poll_follows_those_that_came_along(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment), scope="labels = ml") as desk:
        epic, _, subtask = family(desk)
        synced(desk)
        desk.edit(subtask, status=catalogue.IN_PROGRESS)
        desk.edit(epic, status=catalogue.DONE)
        desk.poll()
        assert desk.issue(subtask).status_id == catalogue.IN_PROGRESS
        assert desk.issue(epic).status_id == catalogue.DONE


@BOTH
def test_x6_an_epic_deleted_with_children_leaves_them_without(
    sqlite_database: Database, deployment: str
) -> None:
    with desk_of(sqlite_database, team_world(deployment), scope="labels = ml") as desk:
        epic, task, _ = family(desk)
        synced(desk)
        desk.world.delete(desk.now, desk.world.service_user, epic)
        desk.sync()
        assert desk.issue(epic).removed_at is not None
        assert (desk.issue(task).removed_at, desk.issue(task).parent_id) == (None, None)


def test_those_that_came_along_leave_with_their_task(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = ml") as desk:
        epic, task, subtask = family(desk)
        synced(desk)
        desk.edit(task, labels=[])
        desk.sync()
        assert all(desk.issue(issue_id).removed_at for issue_id in (epic, task, subtask))


def test_a_subtask_added_later_comes_along(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="labels = ml") as desk:
        _, task, _ = family(desk)
        synced(desk)
        new = subtask_of(desk, task)
        desk.edit(task, summary="split in two")
        desk.poll()
        assert desk.issue(new).matched is False


def family(desk: Desk) -> tuple[int, int, int]:
    """An epic, its task labelled ml, and the task's sub-task."""
    world = desk.world
    epic = world.create_issue(
        desk.now, world.service_user, space="ML", type_id=catalogue.EPIC, summary="Ranking"
    )
    task = task_in(world, parent=epic, fields={"labels": ["ml"]})
    return epic, task, subtask_of(desk, task)


def subtask_of(desk: Desk, task: int) -> int:
    return desk.world.create_issue(
        desk.now, desk.world.service_user, space="ML", type_id=catalogue.SUBTASK, summary="Part", parent=task
    )


@BOTH
def test_x4_a_renamed_project_key_is_followed(sqlite_database: Database, deployment: str) -> None:
    with desk_of(sqlite_database, team_world(deployment), scope="project in (10000, DS)") as desk:
        synced(desk)
        home = desk.world.spaces["10000"]
        home.former_keys, home.key = (home.key,), "MLP"
        desk.world.meta_version += 1
        desk.sync()
        assert desk.issue(desk.some(3, space="10000")).key.startswith("MLP-")


def test_a_lagging_index_does_not_bring_back_what_left(sqlite_database: Database) -> None:
    with desk_of(sqlite_database, team_world(), scope="project = ML") as desk:
        moved, deleted = synced(desk).some(4), desk.some(5)
        for issue_id in (moved, deleted):
            desk.edit(issue_id, summary="changed just before")
        desk.world.index.lag_ms = 5 * MINUTE
        desk.world.move(desk.now, desk.world.service_user, moved, "DS")
        desk.world.delete(desk.now, desk.world.service_user, deleted)
        desk.world.index.lag_ms = 0
        desk.sync()
        assert desk.issue(moved).removed_at is not None
        desk.world.index.lag_ms = 5 * MINUTE
        desk.poll()
        assert desk.issue(moved).removed_at is not None
        assert desk.issue(deleted).removed_at is not None
