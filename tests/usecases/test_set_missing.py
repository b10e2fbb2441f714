"""What a ticket lacks is set in Jira once, on both deployments, and never over what somebody set."""

from typing import Any

import pytest
from tests.usecases.effecting import BOTH, Office, office

from phasewise.errors import NotFoundError
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.store.effects import Effect, EffectKind
from phasewise.usecases.judge import judge
from phasewise.usecases.set_missing import set_missing, ticket_to_set
from phasewise.usecases.untidy import Missing


def lacking(at: Office) -> tuple[int, int, str]:
    """An active task that lacks everything, read and judged, beside an epic and a task that has a phase; the
    task, the epic, and the id of somebody."""
    world = at.desk.world
    person = world.add_user("Ada")
    epic = world.create_issue(
        world.now(), person, space="ML", type_id=catalogue.EPIC, summary="Forecast demand"
    )
    option = next(iter(world.fields[catalogue.PHASE_FIELD].options))
    at.desk.edit(at.new_task(), assignee=person, parent=epic, **{catalogue.PHASE_FIELD: option})
    at.desk.edit(at.task, status=catalogue.IN_PROGRESS)
    at.wait(60)
    at.desk.sync()
    judge(at.deps)
    at.wait(60)
    return at.task, epic, person


def shown(at: Office) -> tuple[Any, ...]:
    """Phase, epic and assignee as the sandbox has them."""
    issue = at.desk.world.issues[at.task]
    return (issue.custom or {}).get(catalogue.PHASE_FIELD), issue.parent, issue.assignee


@BOTH
def test_all_that_is_missing_is_set_and_then_known_here(sqlite_database: Database, deployment: str) -> None:
    with office(sqlite_database, deployment, board_moves=True) as at:
        task, epic, person = lacking(at)
        choices = ticket_to_set(at.deps, task).choices
        assert set(choices) == set(Missing)
        phase = choices[Missing.PHASE][0].value
        wanted = {Missing.PHASE: phase, Missing.EPIC: str(epic), Missing.ASSIGNEE: person}
        set_missing(at.deps, task, wanted)
        at.do_until_over()
        assert shown(at) == (phase, epic, person)
        at.desk.poll()
        judge(at.deps)
        with pytest.raises(NotFoundError):
            ticket_to_set(at.deps, task)


@BOTH
def test_b4_whoever_sets_it_in_jira_meanwhile_wins(sqlite_database: Database, deployment: str) -> None:
    with office(sqlite_database, deployment, board_moves=True) as at:
        task, _, person = lacking(at)
        set_missing(at.deps, task, {Missing.ASSIGNEE: person})
        at.desk.edit(task, assignee=at.desk.world.service_user)
        at.do()
        [row] = at.rows()
        assert (row.state, shown(at)[2]) == ("done", at.desk.world.service_user)
        assert "somebody has set it to something else" in row.last_error


@BOTH
def test_b1_a_field_whose_answer_was_lost_is_set_once(sqlite_database: Database, deployment: str) -> None:
    with office(sqlite_database, deployment, board_moves=True) as at:
        task, epic, _ = lacking(at)
        set_missing(at.deps, task, {Missing.EPIC: str(epic)})
        at.fail(kind="apply_then_drop", method="PUT", path=r"/issue/\d+$", times=1)
        before = len(at.desk.world.issues[task].changes)
        at.do_until_over()
        [row] = at.rows()
        assert (row.state, row.attempts, shown(at)[1]) == ("done", 2, epic)
        assert len(at.desk.world.issues[task].changes) == before + 1


def field(at: Office, name: str, value: str) -> Any:
    at.add(Effect("set:1", EffectKind.FIELD, str(at.task), {"field": name, "value": value}))
    at.do()
    return at.row("set:1")


def test_b4_what_jira_refuses_is_a_failure_with_its_words(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        row = field(at, catalogue.PHASE_FIELD, "999999")
        assert row.state == "failed"
        assert "999999" in row.last_error


def test_somebody_whom_jira_no_longer_knows_is_not_assigned(sqlite_database: Database) -> None:
    with office(sqlite_database, "datacenter") as at:
        row = field(at, "assignee", "JIRAUSER99999")
        assert (row.state, "no longer knows" in row.last_error) == ("failed", True)


def test_an_issue_that_is_gone_is_left_alone(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.desk.world.delete(at.desk.now, at.desk.world.service_user, at.task)
        assert (field(at, "assignee", "x").state, at.row("set:1").result) == ("done", {"dropped": True})
