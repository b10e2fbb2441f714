"""What follows from what Jira said: judged once, in chunks, and only where something changed."""

import signal
import subprocess
import sys
import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from tests.store.records import DOING, DONE, TODO, at, epic, item, moved, subtask, task
from tests.usecases.rows import all_rows, count, rows_of
from tests.usecases.sites import deps_of, remove, save
from tests.usecases.worlds import make_world

from phasewise.core.calendar import TICKS_PER_DAY
from phasewise.core.model import Group, Limits, Phase, Policy
from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.dirty import What, mark, which_are_marked
from phasewise.store.effects import Effect, EffectKind, EffectState, add_effect, claim_next, settle
from phasewise.store.upsert import grouped
from phasewise.usecases.deps import Deps
from phasewise.usecases.judge import JudgeReport, judge, judge_some
from phasewise.usecases.judging.projects import TASKS_AT_ONCE

KILLED = """
import os, signal, sys
from sqlalchemy import Engine, event
from phasewise.store.db import Database
from phasewise.usecases.judge import judge
from tests.usecases.sites import deps_of
deps = deps_of(Database(sys.argv[1]))
@event.listens_for(Engine, "before_cursor_execute")
def step(*rest, left=[int(sys.argv[2])]):
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
judge(deps)
"""


def in_research(number: int, *history: object, **values: object) -> object:
    return task(number, *history, parent_id=1, phase_option="10101", assignee="ada", **values)  # type: ignore[arg-type]


def test_a_task_becomes_intervals_a_piece_a_visit_and_figures(database: Database) -> None:
    deps = deps_of(database)
    save(deps, epic(1), in_research(10, moved(1, 1, TODO, DOING), moved(2, 3, DOING, DONE)))
    assert judge(deps) == JudgeReport(issues=2, projects=1, persons=1)
    assert count(database, "intervals", issue_id=10, project_id=1, phase="research") == 3
    assert count(database, "pieces", task_id=10, start=at(1), end=at(3), project_id=1) == 1
    assert count(database, "visits", project_id=1, phase="research", start=at(1), end=at(3)) == 1
    assert count(database, "project_figures", project_id=1, settled_at=at(3)) == 1
    assert count(database, "completions", task_id=10, done_at=at(3)) == 1


def test_what_is_judged_is_not_judged_again(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, epic(1), in_research(10, moved(1, 1, TODO, DOING)))
    judge(deps)
    before = all_rows(sqlite_database)
    assert judge(deps) == JudgeReport()
    assert all_rows(sqlite_database) == before


def test_only_what_changed_and_what_follows_from_it_is_judged(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, epic(1), epic(2), in_research(10), in_research(11), task(12, parent_id=2, assignee="bob"))
    judge(deps)
    save(deps, in_research(10, moved(1, 1, TODO, DOING)))
    assert judge(deps) == JudgeReport(issues=1, projects=1, persons=1)


def test_two_active_tickets_of_one_person_are_a_finding(database: Database) -> None:
    deps = deps_of(database)
    save(deps, epic(1), *(in_research(n, moved(n, n / 10, TODO, DOING)) for n in (10, 11)))
    judge(deps)
    assert count(database, "findings", rule="one_active", subject="ada", start=at(1.1), end=None) == 1


def test_a_subtask_counts_as_its_task(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    active = moved(1, 1, TODO, DOING)
    save(deps, epic(1), in_research(10, active), subtask(20, 10, active, assignee="ada"))
    judge(deps)
    assert count(sqlite_database, "findings", rule="one_active") == 0
    assert count(sqlite_database, "intervals", issue_id=20, counts_as=10, orphan=False) == 2


def test_a_subtask_stands_for_itself_until_its_parent_comes(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    active = moved(1, 1, TODO, DOING)
    save(deps, subtask(20, 10, active, assignee="ada"), task(11, active, assignee="ada"))
    judge(deps)
    assert count(sqlite_database, "intervals", issue_id=20, counts_as=20, orphan=True) == 2
    assert count(sqlite_database, "findings", rule="one_active") == 1
    save(deps, task(10))
    judge(deps)
    assert count(sqlite_database, "intervals", issue_id=20, counts_as=10, orphan=False) == 2
    assert count(sqlite_database, "pieces", task_id=10, start=at(1)) == 1


def test_tasks_that_were_there_first_get_their_project_when_it_comes(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    by_key = item(2, 2, "Epic Link", None, None, before_text="ML-1", after_text="ML-5")
    save(deps, in_research(10), replace(task(11, by_key), parent_key="ML-5"))
    judge(deps)
    assert count(sqlite_database, "intervals", project_id=None) == 2
    save(deps, epic(1), epic(5))
    judge(deps)
    assert count(sqlite_database, "intervals", issue_id=10, project_id=1) == 1
    assert count(sqlite_database, "intervals", issue_id=11, project_id=1, end=at(2)) == 1
    assert count(sqlite_database, "intervals", issue_id=11, project_id=5, start=at(2)) == 1


def test_x6_an_epic_turned_into_a_story_leaves_no_project_behind(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, epic(1), in_research(10, moved(1, 1, TODO, DOING)))
    judge(deps)
    save(deps, task(1, updated=at(5)))
    judge(deps)
    for table in ("visits", "project_figures"):
        assert rows_of(sqlite_database, table) == []
    assert count(sqlite_database, "pieces", task_id=10, project_id=None) == 1


def test_a_removed_task_ends_and_its_effort_stays(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, epic(1), in_research(10, moved(1, 1, TODO, DOING)))
    judge(deps)
    remove(deps, 10, at(4))
    judge(deps)
    assert count(sqlite_database, "intervals", issue_id=10, end=None) == 0
    assert count(sqlite_database, "pieces", task_id=10, end=at(4)) == 1
    assert count(sqlite_database, "visits", project_id=1, end=at(4)) == 1


def test_a_history_that_ends_elsewhere_is_incomplete(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, in_research(10, moved(1, 1, TODO, DOING), moved(2, 2, DOING, DONE), status=TODO))
    judge(deps)
    assert count(sqlite_database, "issues", issue_id=10, history_incomplete=True) == 1
    assert count(sqlite_database, "completions", task_id=10, age_ticks=None) == 1
    save(deps, in_research(10, moved(1, 1, TODO, DOING), updated=at(6)))
    judge(deps)
    assert count(sqlite_database, "issues", issue_id=10, history_incomplete=False) == 1


def test_another_mapping_has_everything_judged_again(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, epic(1), in_research(10, moved(1, 1, TODO, DOING)))
    judge(deps)
    watching = Policy(status_overrides={DOING: Group.WATCHING}, phase_overrides={"10101": Phase.MODELING})
    assert judge(replace(deps, policy=watching)).issues == 2
    assert count(sqlite_database, "intervals", issue_id=10, group="watching", phase="modeling") == 1
    assert rows_of(sqlite_database, "pieces") == []


def test_other_limits_have_everything_judged_again(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, in_research(10, moved(1, 1, TODO, DOING), moved(2, 4, DOING, TODO)))
    judge(deps)
    assert count(sqlite_database, "findings", rule="five_days") == 0
    judge(replace(deps, policy=Policy(limits=Limits(five_days=2.0))))
    assert count(sqlite_database, "findings", rule="five_days", breach_at=at(3)) == 1


def test_leave_has_everything_judged_again(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, in_research(10, moved(1, 1, TODO, DOING), moved(2, 15, DOING, DONE)))
    judge(deps)
    assert count(sqlite_database, "findings", rule="five_days", breach_at=at(8)) == 1
    away = Policy(leave={"ada": (("2026-03-05", "2026-03-06"),)})
    assert judge(replace(deps, policy=away)).issues == 1
    assert count(sqlite_database, "findings", rule="five_days", breach_at=at(10)) == 1
    assert judge(replace(deps, policy=away)).issues == 0
    assert count(sqlite_database, "completions", age_ticks=8 * TICKS_PER_DAY) == 1


def test_a_rabbit_hole_is_its_projects_and_goes_with_it(database: Database) -> None:
    deps = deps_of(database)
    save(deps, epic(1), in_research(10, moved(1, 1, TODO, DOING)))
    judge(deps)
    assert count(database, "findings", rule="rabbit_hole", subject="1", project_id=1, start=at(29)) == 1
    save(deps, task(1, updated=at(5)))
    judge(deps)
    assert count(database, "findings", rule="rabbit_hole") == 0


def test_a_ticket_that_goes_to_and_fro_is_a_hint_about_its_task(database: Database) -> None:
    deps = deps_of(database)
    steps = [moved(n, 1 + n / 10, *((TODO, DOING) if n % 2 else (DOING, TODO))) for n in (1, 2, 3)]
    save(deps, epic(1), in_research(10, *steps))
    judge(deps)
    there = {"severity": "hint", "subject": "10", "start": at(1.3), "end": at(2.3), "person": "ada"}
    assert count(database, "findings", rule="flip_flop", **there) == 1


def was_done(deps: Deps, key: str, when: int, **result: bool) -> None:
    """We moved ticket 10 back at an instant, as an effect with this key."""
    effect = Effect(key, EffectKind.TRANSITION, "10", {"from": DOING, "to": TODO})
    with deps.database.write() as connection:
        add_effect(connection, deps.site_id, effect, when)
        claimed = claim_next(connection, deps.site_id, "n", [EffectKind.TRANSITION], when, when + 1)
        assert claimed is not None
        settle(connection, deps.site_id, claimed, EffectState.DONE, when, result=result)
        mark(connection, deps.site_id, What.ISSUE, [10])


def test_only_what_the_ladder_is_known_to_have_moved_is_no_switch_whoever_the_account_is(
    database: Database,
) -> None:
    deps = deps_of(database)
    steps = [moved(n, 1 + n / 10, *((TODO, DOING) if n % 2 else (DOING, TODO))) for n in (1, 2, 3)]
    save(deps, epic(1), in_research(10, *(replace(one, author="us") for one in steps)))
    with database.write() as connection:
        sites.save_site(connection, deps.site_id, account="us")
    judge(deps)
    assert count(database, "findings", rule="flip_flop") == 1
    for second, key, told, hints in (
        (2, "card:10", {}, 1),
        (4, "a:move", {"already": True}, 1),
        (6, "b:move", {"dropped": True}, 1),
        (8, "c:move", {}, 0),
    ):
        was_done(deps, key, at(1.2) + second * 1000, **told)
        judge(deps)
        assert count(database, "findings", rule="flip_flop") == hints


def test_a_status_nobody_mapped_is_reported_and_has_nothing_else_judged(sqlite_database: Database) -> None:
    deps = deps_of(sqlite_database)
    save(deps, epic(1), in_research(10))
    judge(deps)
    save(deps, task(11, moved(1, 1, TODO, "88"), moved(2, 2, "88", DONE)))
    assert judge(deps).issues == 1
    assert count(sqlite_database, "findings", rule="unmapped_status", subject="11", start=at(1)) == 1
    with sqlite_database.read() as connection:
        assert sites.site_mapping(connection, 1, Policy()).groups["88"] is Group.TODO


def test_w13_what_nobody_foresaw_is_set_aside_and_the_others_are_judged(database: Database) -> None:
    deps = deps_of(database)
    save(deps, in_research(10), in_research(11), in_research(12))
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE issues SET kind = 'mystery' WHERE issue_id = 11")
    judge(deps)
    assert count(database, "dirty") == 0
    assert count(database, "intervals", issue_id=10) == count(database, "intervals", issue_id=12) == 1
    assert count(database, "unreadable", reference="judging issue 11") == 1
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE issues SET kind = 'task' WHERE issue_id = 11")
    mark_everything(deps)
    judge(deps)
    assert count(database, "intervals", issue_id=11) == 1
    assert count(database, "unreadable") == 0


def test_small_projects_are_judged_together_and_a_large_one_by_itself() -> None:
    tasks = {1: 10, 2: 1500, 3: 400, 4: 5000, 5: 1}
    assert list(grouped([1, 2, 3, 4, 5, 6], tasks, TASKS_AT_ONCE)) == [[1, 2, 3], [4], [5, 6]]


def test_some_at_a_time_makes_the_same_rows(database: Database) -> None:
    deps = deps_of(database)
    save(deps, *(record for life in make_world(4) for record in life))
    marks = count(database, "dirty")
    judged = list(iter(lambda: judge_some(deps), 0))
    assert sum(judged) > marks  # issues, and the projects and persons that follow from them
    assert count(database, "dirty") == 0
    rows = all_rows(database)
    mark_everything(deps)
    judge(deps)
    assert all_rows(database) == rows


@pytest.mark.slow
@pytest.mark.parametrize("statements", [3, 20, 40, 55])
def test_d9_a_kill_in_the_middle_is_made_good_by_the_next_run(
    database: Database, request: pytest.FixtureRequest, statements: int
) -> None:
    deps = deps_of(database)
    save(deps, *(record for life in make_world(3) for record in life))
    url = request.getfixturevalue("sqlite_url" if database.dialect == "sqlite" else "pg_url")
    killed = subprocess.run([sys.executable, "-c", KILLED, url, str(statements)])
    assert killed.returncode == -signal.SIGKILL
    judge(deps)
    after_the_kill = all_rows(database)
    mark_everything(deps)
    judge(deps)
    assert all_rows(database) == after_the_kill


def test_whoever_waits_to_write_waits_for_one_large_project_and_not_for_twenty(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps = deps_of(database)
    save(deps, *(epic(n) for n in range(1, 11)))
    judge(deps)
    clock = iter(range(0, 100_000, 2))
    # Not that of the module `time` itself: others of this process, an event loop among them, go by it.
    monkeypatch.setattr("phasewise.usecases.judge.time", SimpleNamespace(monotonic=lambda: next(clock)))
    with database.write() as connection:
        mark(connection, deps.site_id, What.PROJECT, range(1, 11))
    for left in range(9, -1, -1):
        assert judge_some(deps) == 1
        with database.read() as connection:
            assert len(which_are_marked(connection, deps.site_id, What.PROJECT, 99)) == left
    monkeypatch.undo()
    with database.write() as connection:
        mark(connection, deps.site_id, What.PROJECT, range(1, 11))
    assert judge_some(deps) == 10


def test_no_mark_is_lost_while_records_come_in(database: Database) -> None:
    deps = deps_of(database)
    feed = [record for life in make_world(5) for record in life]
    saved = threading.Event()

    def judge_on_and_on() -> None:
        while not saved.is_set():
            judge(deps)

    judging = threading.Thread(target=judge_on_and_on)
    judging.start()
    for record in feed:
        save(deps, record)
    saved.set()
    judging.join()
    judge(deps)
    found = all_rows(database)
    mark_everything(deps)
    judge(deps)
    assert all_rows(database) == found


def mark_everything(deps: Deps) -> None:
    with deps.database.write() as connection:
        sites.save_judged_by(connection, deps.site_id, "something else")
