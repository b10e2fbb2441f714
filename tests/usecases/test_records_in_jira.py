"""What is recorded is shown on the epic, where that is turned on: once, however often answers get lost."""

from typing import Any

from tests.usecases.effecting import BOTH, Office, office
from tests.usecases.recording import PLAN

from phasewise.core.deliverables import Slot
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.usecases.judge import judge
from phasewise.usecases.records.in_jira import PROPERTY
from phasewise.usecases.records.record_plan import accept_plan, record_plan
from phasewise.usecases.records.save_deliverable import save_deliverable


def an_epic(at: Office) -> int:
    """An epic that is known here, too."""
    world = at.desk.world
    made = world.create_issue(
        world.now(), world.service_user, space="ML", type_id=catalogue.EPIC, summary="Clicks"
    )
    at.wait(60)
    at.desk.sync()
    judge(at.deps)
    return made


def shown(at: Office, epic: int) -> tuple[Any, list[Any]]:
    """The property and the links of the epic."""
    extras = at.desk.world.issues[epic].extras
    return (extras.properties.get(PROPERTY), list(extras.remote_links.values())) if extras else (None, [])


@BOTH
def test_an_epic_shows_the_plan_that_counts_and_a_link(sqlite_database: Database, deployment: str) -> None:
    with office(sqlite_database, deployment, records_in_jira=True) as at:
        epic = an_epic(at)
        key = str(epic)
        accept_plan(at.deps, key, record_plan(at.deps, key, PLAN, 0).edit)
        save_deliverable(at.deps, key, Slot.PROTOTYPE, {"state": "accepted"}, 0)
        at.do_until_over()
        value, (link,) = shown(at, epic)
        assert (value["plan_version"], value["planned_weeks"]) == (1, 5.5)
        assert value["deliverables"] == {"prototype": "accepted"}
        assert link["object"]["url"] == value["url"] == f"http://127.0.0.1:8000/projects/{epic}"
        assert sum(row.kind == "property" and row.attempts > 0 for row in at.rows()) == 1


def test_a_link_whose_answer_was_lost_is_there_once(sqlite_database: Database) -> None:
    with office(sqlite_database, records_in_jira=True) as at:
        epic = an_epic(at)
        at.fail(kind="apply_then_drop", method="POST", path=r"/remotelink$", times=1)
        record_plan(at.deps, str(epic), PLAN, 0)
        at.do_until_over()
        row = next(row for row in at.rows() if row.kind == "link")
        assert (row.state, row.attempts, len(shown(at, epic)[1])) == ("done", 2, 1)


def test_nothing_is_written_unless_it_is_turned_on(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        epic = an_epic(at)
        record_plan(at.deps, str(epic), PLAN, 0)
        at.do()
        assert (at.rows(), shown(at, epic)) == ([], (None, []))


def test_an_epic_that_is_deleted_meanwhile_is_left_alone(sqlite_database: Database) -> None:
    with office(sqlite_database, records_in_jira=True) as at:
        epic = an_epic(at)
        record_plan(at.deps, str(epic), PLAN, 0)
        at.desk.world.delete(at.desk.now, at.desk.world.service_user, epic)
        at.do_until_over()
        assert {(row.state, row.last_error) for row in at.rows()} == {
            ("done", "the issue is deleted, or no longer shown to the account")
        }
