"""What is written, how fast, and what is left out: faults B9 to B11, and P3."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from tests.usecases.effecting import BOTH, HOUR_MS, TEXT, Freezing, Office, mark, office

from phasewise.store import sites
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind, EffectState
from phasewise.usecases.do_effects import do_due


@BOTH
def test_b9_hostile_text_stays_text_and_a_long_one_is_cut(sqlite_database: Database, deployment: str) -> None:
    with office(sqlite_database, deployment) as at:
        hostile = "[~all] {code}x{code} h1. @everyone \\\\ !http://evil/x.png! " + "é*" * 40_000
        at.comment(text=[[hostile]])
        at.do()
        (written,) = at.comments()
        assert at.row().state == "done"
        assert "mention" not in str(written.body)
        assert "[~all]" not in str(written.body) or deployment == "cloud"


def test_b10_a_comment_that_somebody_deleted_is_not_written_again(database: Database) -> None:
    with office(database) as at:
        at.comment()
        at.do()
        at.desk.world.change_comment(at.deps.now(), "x", at.task, at.comments()[0].id, None)
        at.comment()  # the same cause, found again
        at.add(edit("finding:1"))
        at.do_until_over()
        assert at.comments() == []
        assert at.row("edit:1").last_error == "somebody has deleted the comment"


def edit(comment: str, key: str = "edit:1", **more: Any) -> Effect:
    return Effect(key, EffectKind.EDIT, "0", {"comment": comment, "text": [["It is over."]]}, **more)


@BOTH
def test_a_comment_is_edited_once_it_is_written(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        at.desk.trouble.refuse_silent_edits = True
        at.fail(status=503, method="POST", path="/comment$", times=1)
        at.comment()
        at.add(replace(edit("finding:1"), target=str(at.task)))
        at.do()
        at.wait(1)
        at.do()
        assert "not written yet" in at.row("edit:1").last_error
        at.do_until_over()
        assert "It is over" in str(at.comments()[0].body)


def test_an_edit_of_a_comment_that_nobody_wanted_fails(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.add(edit("finding:none"))
        at.do()
        assert at.row("edit:1").state == "failed"


def test_a_body_that_cannot_be_read_fails_and_what_is_behind_it_goes_on(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.comment("finding:0", text=[[7]])
        at.comment("finding:1", at.new_task())
        at.do_until_over()
        assert Counter(row.state for row in at.rows()) == {"failed": 1, "done": 1}


def test_b11_writes_are_paced_and_done_oldest_first(database: Database) -> None:
    with office(database) as at:
        tasks = [at.new_task() for _ in range(12)]
        for number in range(36):
            at.comment(f"finding:{number:02}", tasks[number % 12])
            at.wait(0.001)
        begun = at.deps.now()
        at.do_until_over()
        assert_paced(at, tasks, begun)
        assert [len(at.comments(task)) for task in tasks] == [3] * 12


@pytest.mark.slow
@pytest.mark.no_cover
def test_b11_four_hundred_that_waited_during_an_outage_are_paced(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        tasks = [at.new_task() for _ in range(100)]
        for number in range(400):
            at.comment(f"finding:{number:04}", tasks[number % 100])
        begun = at.deps.now()
        at.do_until_over()
        assert_paced(at, tasks, begun)
        assert Counter(row.state for row in at.rows()) == {"done": 400}


def assert_paced(at: Office, tasks: list[int], begun: int) -> None:
    """At most ten in any second, and one of an issue in any second."""
    times = sorted(comment.created for task in tasks for comment in at.comments(task))
    assert times[0] - begun < 1000
    assert all(later - earlier >= 1000 for earlier, later in zip(times, times[10:], strict=False))
    for task in tasks:
        of_one = [comment.created for comment in at.comments(task)]
        assert of_one == sorted(of_one)
        assert all(later - earlier >= 1000 for earlier, later in pairwise(of_one))


def test_b11_of_one_subject_only_the_newest_is_done(database: Database) -> None:
    with office(database) as at:
        for number in range(3):
            at.wait(1)
            at.add(mark(at, number))
        at.do_until_over()
        assert at.desk.world.issues[at.task].extras.properties == {"phasewise.wip": 2}
        assert [row.last_error for row in at.rows()] == ["superseded by mark:1", "superseded by mark:2", None]


def test_b11_an_older_one_that_was_tried_before_does_not_come_after_the_newer(database: Database) -> None:
    with office(database) as at:
        at.add(mark(at, 1))

        def meanwhile() -> None:
            at.wait(1)
            at.add(mark(at, 2))

        at.fail(method="PUT", path="/properties/", status=500, times=1)
        frozen = replace(at.deps, database=Freezing(database, 2, meanwhile))
        do_due(frozen, "node", pause=lambda _: True)  # type: ignore[arg-type]
        at.do_until_over()
        assert at.desk.world.issues[at.task].extras.properties == {"phasewise.wip": 2}


@BOTH
def test_a_property_is_set_and_deleted(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        at.add(mark(at, 1))
        at.do()
        at.wait(1)
        at.add(mark(at, None))
        at.do_until_over()
        assert at.desk.world.issues[at.task].extras.properties == {}
        at.add(Effect("again", EffectKind.PROPERTY, str(at.task), {"name": "gone", "value": None}))
        at.do_until_over()
        assert at.row("again").state == "done"


def test_p3_a_limit_of_one_issue_lets_the_others_go_on(database: Database) -> None:
    with office(database) as at:
        other = at.new_task()
        limited = {"Retry-After": "30", "RateLimit-Reason": "jira-per-issue-on-write"}
        at.fail(status=429, method="POST", path=f"/issue/{at.task}/comment", headers=limited, times=1)
        at.comment("finding:1")
        at.comment("finding:2")
        at.comment("finding:3", other)
        at.do()
        assert [row.state for row in at.rows()] == ["due", "due", "done"]
        assert all(row.next_at >= at.deps.now() + 25_000 for row in at.rows()[:2])
        at.do_until_over()
        assert (len(at.comments()), len(at.comments(other))) == (2, 1)


def test_a_used_up_quota_holds_every_write(database: Database) -> None:
    with office(database) as at:
        quota = {"Retry-After": "1800", "RateLimit-Reason": "jira-quota-tenant-based"}
        at.fail(status=429, method="POST", path="/comment", headers=quota, times=1)
        at.comment("finding:1")
        at.comment("finding:2", at.new_task())
        at.add(mark(at, 1))
        at.do()
        before = at.desk.clients.client().requests
        at.wait(1700)
        at.do()
        assert at.desk.clients.client().requests == before
        assert {row.state for row in at.rows()} == {"due"}


@pytest.mark.parametrize("asked", ["1000000000", "-1", "soon", "0"])
def test_p2_a_pause_that_means_nothing_is_neither_a_hot_loop_nor_a_year(
    sqlite_database: Database, asked: str
) -> None:
    with office(sqlite_database) as at:
        absurd = {"Retry-After": asked, "RateLimit-Reason": "jira-per-issue-on-write"}
        at.fail(status=429, method="POST", path="/comment", headers=absurd, times=1)
        at.comment()
        asked_at = at.deps.now()
        at.do()
        assert 1000 <= at.row().next_at - asked_at <= 2 * HOUR_MS


def test_nothing_is_asked_of_a_jira_that_refused_the_token(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.comment()
        with sqlite_database.write() as connection:
            sites.save_sync_state(connection, at.deps.site_id, stopped_reason="the token is refused")
        before = at.desk.clients.client().requests
        assert not at.do().attempts
        assert at.desk.clients.client().requests == before


def test_what_waits_is_counted_by_state(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.comment()
        report = at.do()
        assert (report.attempts, report.lost) == (Counter({EffectState.DONE: 1}), 0)


def test_text_of_several_kinds_is_written(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        person = at.desk.world.service_user
        at.comment(
            text=[*TEXT, [{"person": person, "name": "Ada"}, {"text": "more", "url": "https://x.example"}]]
        )
        at.do()
        assert person in str(at.comments()[0].body)
