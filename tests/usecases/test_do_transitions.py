"""Issues are moved to another status once, and never against somebody: faults B1 and B4."""

from dataclasses import replace

from tests.usecases.effecting import BOTH, Freezing, move, office

from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.usecases.do_effects import do_due


@BOTH
def test_a_transition_is_found_by_the_status_it_leads_to(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        move(at, catalogue.IN_PROGRESS)
        at.do()
        assert at.desk.world.issues[at.task].status == catalogue.IN_PROGRESS
        assert at.row("move:1").state == "done"


def test_b4_an_issue_that_is_there_already_is_left_alone(database: Database) -> None:
    with office(database) as at:
        move(at, at.desk.world.issues[at.task].status)
        at.do()
        assert (at.row("move:1").state, at.desk.world.issues[at.task].changes) == ("done", ())


def test_b4_a_way_that_is_not_there_is_a_failure_that_says_so(database: Database) -> None:
    with office(database) as at:
        at.task = at.new_task("DS")  # its workflow has arrows
        move(at, catalogue.DONE)
        at.do_until_over()
        row = at.row("move:1")
        assert (row.state, row.attempts) == ("failed", 1)
        assert "no transition leads" in row.last_error


def test_b4_without_the_permission_it_is_a_failure_that_says_so(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.desk.trouble.may_transition = False
        move(at, catalogue.DONE)
        at.do()
        assert "Transition Issues" in at.row("move:1").last_error


def test_b4_a_transition_at_the_same_time_is_tried_again(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.desk.trouble.conflicts = 1
        move(at, catalogue.IN_PROGRESS)
        at.do_until_over()
        assert (at.row("move:1").state, at.row("move:1").attempts) == ("done", 2)


def test_b4_a_refusal_because_somebody_was_faster_is_a_success(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.fail(method="POST", path="/transitions$", status=400, times=1)

        def somebody_moves_it() -> None:
            at.desk.edit(at.task, status=catalogue.IN_PROGRESS)

        frozen = replace(at.deps, database=Freezing(sqlite_database, 2, somebody_moves_it))
        move(at, catalogue.IN_PROGRESS)
        do_due(frozen, "node", pause=at.wait)  # type: ignore[arg-type]
        assert at.row("move:1").state == "done"


@BOTH
def test_b1_a_transition_whose_answer_was_lost_is_made_once(database: Database, deployment: str) -> None:
    with office(database, deployment) as at:
        at.fail(kind="apply_then_drop", method="POST", path="/transitions$", times=1)
        move(at, catalogue.IN_PROGRESS)
        at.do_until_over()
        assert at.row("move:1").state == "done"
        assert len(at.desk.world.issues[at.task].changes) == 1


def test_b1_an_issue_that_somebody_moved_on_meanwhile_stays_where_it_is(database: Database) -> None:
    with office(database) as at:
        at.fail(kind="apply_then_drop", method="POST", path="/transitions$", times=1)
        move(at, catalogue.IN_PROGRESS)
        at.do()
        at.desk.edit(at.task, status=catalogue.DONE)
        at.do_until_over()
        assert at.desk.world.issues[at.task].status == catalogue.DONE
        assert "somebody has moved" in at.row("move:1").last_error


def test_a_transition_from_a_status_that_was_left_is_not_made(sqlite_database: Database) -> None:
    with office(sqlite_database) as at:
        at.desk.edit(at.task, status=catalogue.DONE)
        move(at, catalogue.TODO, **{"from": catalogue.IN_PROGRESS})
        at.do()
        assert at.desk.world.issues[at.task].status == catalogue.DONE
        assert at.row("move:1").state == "done"
