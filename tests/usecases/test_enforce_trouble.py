"""The ladder where something is in its way: Jira refuses, people are faster, comments are gone."""

from sqlalchemy import select, update
from tests.usecases.effecting import BOTH
from tests.usecases.enforced import Floor, floor

from phasewise.core.ladder import Move, Said
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.store.tables import findings
from phasewise.usecases.enforce import enforce
from phasewise.worker.synchronise import synchronise


def two_at_once(at: Floor) -> tuple[int, int]:
    first, second = at.ticket(), at.ticket()
    at.start(first)
    at.start(second)
    return first, second


def decided(at: Floor, minutes: float = 20) -> None:
    """Read and enforced, and not done yet."""
    at.wait(minutes * 60)
    synchronise(at.deps, census=True)
    at.wait(1)
    enforce(at.deps)


@BOTH
def test_b5_without_the_permission_to_move_it_asks_and_says_why(database: Database, deployment: str) -> None:
    with floor(database, deployment, one_active="act") as at:
        at.desk.trouble.may_transition = False
        _, second = two_at_once(at)
        at.settle(minutes=20)
        assert at.status(second) == catalogue.IN_PROGRESS
        assert (at.step().move, at.step().said) == (Move.REFUSED, Said.ASK_REFUSED)
        assert "Transition Issues" in (at.step().note or "")
        assert "did not let us move it back" in at.text(at.comments(second)[0])


@BOTH
def test_b4_a_validator_that_refuses_is_answered_with_a_question(
    sqlite_database: Database, deployment: str
) -> None:
    with floor(sqlite_database, deployment, one_active="act") as at:
        _, second = two_at_once(at)
        at.fail(status=400, method="POST", path="/transitions$", times=1)
        at.settle(minutes=20)
        assert (at.status(second), len(at.comments(second))) == (catalogue.IN_PROGRESS, 1)
        assert at.step().said is Said.ASK_REFUSED


def test_b4_what_the_person_moved_first_is_not_moved_and_not_spoken_of(database: Database) -> None:
    with floor(database, one_active="act") as at:
        _, second = two_at_once(at)
        decided(at)
        at.move(second, catalogue.TODO)
        at.do_until_over()
        at.settle()
        assert at.step().move is Move.DROPPED
        assert (at.comments(second), at.step().closed_at is not None) == ([], True)


def test_what_came_by_assignment_is_never_moved_back(database: Database) -> None:
    with floor(database, one_active="act") as at:
        bob = at.desk.world.add_user("Bob")
        at.start(at.ticket())
        handed = at.ticket(bob)
        at.start(handed, bob)
        at.wait(1)
        at.desk.world.edit(at.desk.now, bob, handed, {"assignee": at.ada})
        at.settle(minutes=20)
        assert at.status(handed) == catalogue.IN_PROGRESS
        assert (at.step().move, at.step().said) == (Move.NONE, Said.ASK_BREACH)


@BOTH
def test_b10_a_comment_deleted_by_hand_is_not_written_again(
    sqlite_database: Database, deployment: str
) -> None:
    with floor(sqlite_database, deployment, one_active="nudge") as at:
        _, second = two_at_once(at)
        at.look(minutes=20)
        at.comments(second).clear()
        at.move(second, catalogue.TODO)
        at.settle()
        assert (at.comments(second), at.step().said) == ([], Said.CLOSED)


@BOTH
def test_b6_a_ticket_archived_before_the_comment_leaves_a_failure_that_is_shown(
    sqlite_database: Database, deployment: str
) -> None:
    with floor(sqlite_database, deployment, one_active="nudge") as at:
        _, second = two_at_once(at)
        decided(at)
        at.desk.world.archive(at.desk.now, at.ada, second)
        at.do_until_over()
        (comment,) = [row for row in at.rows() if row.kind == "comment"]
        assert comment.state == "failed" or comment.last_error
        assert at.comments(second) == []


def test_b3_kills_double_no_comment(database: Database) -> None:
    with floor(database, one_active="nudge") as at:
        _, second = two_at_once(at)
        decided(at)
        at.die_claiming()
        at.fail(kind="apply_then_drop", method="POST", path="/comment$", times=1)
        at.do_until_over()
        at.settle()
        assert len(at.comments(second)) == 1


@BOTH
def test_a_person_whom_jira_no_longer_knows_is_named(sqlite_database: Database, deployment: str) -> None:
    with floor(sqlite_database, deployment, one_active="nudge") as at:
        _, second = two_at_once(at)
        decided(at)
        at.fail(status=404, path="/user$", times=9)
        at.do_until_over()
        assert "Ada Lovelace" in at.text(at.comments(second)[0])


# ------------------------------------------------------------ what is not said


def test_what_was_there_before_is_not_spoken_of(database: Database) -> None:
    with floor(database) as at:
        two_at_once(at)
        at.look(minutes=20)
        at.strengths(one_active="act")
        at.settle(minutes=20)
        assert (at.steps(), at.rows()) == ([], [])


def test_raising_the_strength_turns_no_nudge_into_a_question(database: Database) -> None:
    with floor(database, one_active="nudge") as at:
        _, second = two_at_once(at)
        at.look(minutes=20)
        at.strengths(one_active="act")
        at.settle(minutes=2000)
        assert (at.step().said, at.status(second)) == (Said.NUDGE_BREACH, catalogue.IN_PROGRESS)
        assert len(at.comments(second)) == 1


def test_a_dry_run_writes_nothing_and_lists_what_it_would(database: Database) -> None:
    with floor(database, one_active="act", dry_run=True) as at:
        _, second = two_at_once(at)
        at.settle(minutes=20)
        assert (at.rows(), at.status(second)) == ([], catalogue.IN_PROGRESS)
        step = at.step()
        assert (step.is_dry, step.moved_issue, step.moved_to) == (True, second, catalogue.TODO)
        at.strengths(one_active="act")
        at.settle(minutes=20)
        assert at.rows() == []


def test_a_dry_run_lists_every_write_that_act_makes(sqlite_database: Database) -> None:
    found = []
    for dry_run in (True, False):
        with floor(sqlite_database, one_active="act", five_days="ask", dry_run=dry_run) as at:
            two_at_once(at)
            at.settle(minutes=20)
            one = next(step for step in at.steps() if step.is_dry is dry_run)
            found.append((one.said, one.move, one.moved_from, one.moved_to))
            writes = sorted(row.kind for row in at.rows())
    assert found == [(Said.MOVED, Move.DONE, catalogue.IN_PROGRESS, catalogue.TODO)] * 2
    assert writes == ["comment", "transition"]


# ------------------------------------------------------------ news that change when it began


def test_news_that_change_when_it_began_make_no_second_comment(database: Database) -> None:
    with floor(database, one_active="nudge") as at:
        first, second = two_at_once(at)
        at.look(minutes=20)
        (before,) = shifted(at, by=-60_000)
        at.enforce()
        at.do_until_over()
        assert at.step().start == before - 60_000
        assert len(at.comments(first)) + len(at.comments(second)) == 1
        at.move(second, catalogue.TODO)
        at.look()
        assert at.step().said is Said.CLOSED


def shifted(at: Floor, by: int) -> list[int]:
    """The findings begin so much later, as if older news had come; when they began before."""
    with at.deps.database.write() as connection:
        starts = list(connection.scalars(select(findings.c.start).where(findings.c.rule == "one_active")))
        connection.execute(
            update(findings).where(findings.c.rule == "one_active").values(start=findings.c.start + by)
        )
    return starts


def test_a_ticket_that_is_deleted_leaves_nothing_open(database: Database) -> None:
    with floor(database, five_days="nudge") as at:
        ticket = at.ticket(status=catalogue.IN_PROGRESS)
        at.look()
        at.settle(minutes=9 * 1440)
        at.desk.world.delete(at.desk.now, at.ada, ticket)
        at.settle(minutes=5)
        assert at.step().closed_at is not None
        assert all(row.state == "done" for row in at.rows())
