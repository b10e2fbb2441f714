"""A task over its limit is split: a sibling with the same epic and phase, linked, exactly once."""

from typing import Any

import pytest
from tests.usecases.effecting import BOTH
from tests.usecases.enforced import Floor, floor

from phasewise.errors import ConflictError, NotFoundError
from phasewise.sandbox import catalogue
from phasewise.sandbox.model import Issue
from phasewise.store.db import Database
from phasewise.usecases.split_task import split_task

DAY = 1440


def over_its_limit(at: Floor, summary: str = "Train it") -> int:
    world = at.desk.world
    epic = world.create_issue(at.desk.now, at.ada, space="ML", type_id=catalogue.EPIC, summary="A project")
    task = at.ticket(parent=epic, fields={"phase": catalogue.MODELING})
    world.edit(at.desk.now, at.ada, task, {"summary": summary})
    at.start(task)
    at.look(minutes=9 * DAY)
    return task


def siblings(at: Floor, summary: str = "Train it (2)") -> list[Issue]:
    return [issue for issue in at.desk.world.issues.values() if issue.summary == summary]


def custom(at: Floor, issue: Issue) -> Any:
    return issue.custom[catalogue.PHASE_FIELD]


@BOTH
def test_the_sibling_has_the_same_epic_and_phase_and_is_linked(
    sqlite_database: Database, deployment: str
) -> None:
    with floor(sqlite_database, deployment) as at:
        task = over_its_limit(at)
        world = at.desk.world
        key = split_task(at.deps, world.key_of(world.issues[task]), "lead")
        at.do_until_over()
        (made,) = siblings(at)
        original = world.issues[task]
        assert (made.parent, made.space, made.type) == (original.parent, original.space, original.type)
        assert (custom(at, made), made.assignee, made.status) == (custom(at, original), None, catalogue.TODO)
        assert [link[2] for link in original.extras.links] == [made.id]  # type: ignore[union-attr]
        assert (at.row(key).state, at.row(key).result) == ("done", {"issue": world.key_of(made)})


def test_b1_a_sibling_whose_answer_was_lost_is_found_and_made_once(database: Database) -> None:
    with floor(database) as at:
        task = over_its_limit(at)
        key = split_task(at.deps, str(task), "lead")
        at.die_claiming()
        at.fail(kind="apply_then_drop", method="POST", path="/issue$", times=1)
        at.do_until_over()
        assert (len(siblings(at)), at.row(key).state) == (1, "done")


def test_a_task_is_split_once_and_only_over_its_limit(sqlite_database: Database) -> None:
    with floor(sqlite_database) as at:
        young = at.ticket()
        at.start(young)
        task = over_its_limit(at, "Train it (2)")
        at.move(young, catalogue.DONE)
        at.look()
        split_task(at.deps, str(task), "lead")
        at.do_until_over()
        assert len(siblings(at, "Train it (3)")) == 1
        with pytest.raises(ConflictError, match="split already"):
            split_task(at.deps, str(task), "lead")
        with pytest.raises(ConflictError, match="over the limit"):
            split_task(at.deps, str(young), "lead")
        for nothing in ("ML-9999", "4711", ""):
            with pytest.raises(NotFoundError):
                split_task(at.deps, nothing, "lead")


def test_b5_what_jira_refuses_is_a_failure_that_says_why(sqlite_database: Database) -> None:
    with floor(sqlite_database) as at:
        task = over_its_limit(at)
        key = split_task(at.deps, str(task), "lead")
        body = '{"errors": {"labels": "Labels is required."}}'
        at.fail(status=400, method="POST", path="/issue$", body=body, times=1)
        at.do_until_over()
        assert at.row(key).state == "failed"
        assert "Labels is required" in at.row(key).last_error
        assert siblings(at) == []


def test_without_links_it_is_not_made_at_all(sqlite_database: Database) -> None:
    with floor(sqlite_database) as at:
        task = over_its_limit(at)
        key = split_task(at.deps, str(task), "lead")
        at.fail(status=404, path="/issueLinkType$", times=9)
        at.do_until_over()
        assert "has no issue links" in at.row(key).last_error
        assert siblings(at) == []


def test_b6_a_task_that_is_gone_is_not_split(sqlite_database: Database) -> None:
    with floor(sqlite_database) as at:
        task = over_its_limit(at, "x" * 255)
        key = split_task(at.deps, str(task), "lead")
        assert at.row(key).body["fields"]["summary"] == "x" * 251 + " (2)"
        at.desk.world.delete(at.desk.now, at.ada, task)
        at.do_until_over()
        assert (at.row(key).state, "deleted" in at.row(key).last_error) == ("done", True)
