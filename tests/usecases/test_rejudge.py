"""Judging everything again changes nothing, holds nobody up, and tells of what came out otherwise."""

import pytest
from tests.store.records import DOING, DONE, TODO, epic, moved, task
from tests.usecases.rows import all_rows
from tests.usecases.sites import deps_of, save
from tests.usecases.worlds import make_world

from phasewise.meters import REGISTRY
from phasewise.store.db import Database
from phasewise.store.dirty import What, mark
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import judge
from phasewise.usecases.rejudge import Compared, rejudge


def judged(database: Database) -> Deps:
    """A project with one task of ada's, and all that follows from them."""
    deps = deps_of(database)
    history = (moved(1, 1, TODO, DOING), moved(2, 9, DOING, DONE))
    save(deps, epic(1), task(10, *history, parent_id=1, phase_option="10101", assignee="ada"))
    judge(deps)
    return deps


def differences_counted() -> float:
    return REGISTRY.get_sample_value("phasewise_rejudge_differences_total") or 0.0


def without_pause(_seconds: float) -> None:
    """For tests that need none."""


@pytest.mark.parametrize("seed", range(3))
def test_judging_everything_again_changes_nothing(database: Database, seed: int) -> None:
    deps = deps_of(database)
    for life in make_world(seed):
        save(deps, *life)
    judge(deps)
    before = all_rows(database)
    found = rejudge(deps, without_pause)
    assert found is not None
    assert found.judged > 20
    assert (found.differences, found.left_out) == (0, 0)
    assert all_rows(database) == before


@pytest.mark.parametrize("table", ["pieces", "findings", "completions", "visits", "project_figures"])
def test_rows_that_somebody_lost_are_told_of_and_come_back(sqlite_database: Database, table: str) -> None:
    deps = judged(sqlite_database)
    before, counted = all_rows(sqlite_database), differences_counted()
    with sqlite_database.write() as connection:
        lost = connection.exec_driver_sql(f"DELETE FROM {table}").rowcount
    assert rejudge(deps, without_pause) == Compared(judged=4, differences=lost)
    assert differences_counted() == counted + lost > counted
    assert all_rows(sqlite_database) == before


def test_whom_a_task_that_comes_out_otherwise_is_about_is_judged_anew(sqlite_database: Database) -> None:
    deps = judged(sqlite_database)
    before = all_rows(sqlite_database)
    with sqlite_database.write() as connection:
        connection.exec_driver_sql("UPDATE intervals SET flagged = 1 WHERE person = 'ada'")
    assert rejudge(deps, without_pause) == Compared(judged=2, differences=2 * 3, left_out=2)
    judge(deps)
    assert all_rows(sqlite_database) == before


def test_nothing_is_compared_while_something_waits_to_be_judged(sqlite_database: Database) -> None:
    deps = judged(sqlite_database)
    save(deps, task(11, parent_id=1))
    assert rejudge(deps, without_pause) is None


def test_what_comes_to_wait_meanwhile_is_left_out(sqlite_database: Database) -> None:
    deps = judged(sqlite_database)

    def somebody_marks(_seconds: float) -> None:
        with sqlite_database.write() as connection:
            mark(connection, deps.site_id, What.PERSON, ["ada"])

    assert rejudge(deps, somebody_marks) == Compared(judged=3, left_out=1)


def test_what_cannot_be_judged_does_not_keep_the_others_from_it(sqlite_database: Database) -> None:
    deps = judged(sqlite_database)
    save(deps, task(11))
    judge(deps)
    with sqlite_database.write() as connection:
        connection.exec_driver_sql("UPDATE issues SET kind = 'mystery' WHERE issue_id = 11")
    before = all_rows(sqlite_database)
    assert rejudge(deps, without_pause) == Compared(judged=2, left_out=3)
    assert all_rows(sqlite_database) == before
