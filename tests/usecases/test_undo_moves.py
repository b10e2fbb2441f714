"""A ticket that was moved back goes forward again, once; from then on it is left alone."""

import pytest
from tests.usecases.effecting import BOTH
from tests.usecases.enforced import Floor, floor
from tests.usecases.rows import count

from phasewise.core.ladder import Move, Said
from phasewise.errors import ConflictError, NotFoundError
from phasewise.sandbox import catalogue
from phasewise.store.db import Database
from phasewise.usecases.redo_effects import redo_effect, redo_failed
from phasewise.usecases.undo_moves import undo_move

DAY = 1440


def moved_back(at: Floor) -> tuple[int, int]:
    first, second = at.ticket(), at.ticket()
    at.start(first)
    at.start(second)
    at.settle(minutes=20)
    assert at.status(second) == catalogue.TODO
    return first, second


@BOTH
def test_an_undo_moves_it_forward_says_so_and_leaves_it_alone(
    sqlite_database: Database, deployment: str
) -> None:
    with floor(sqlite_database, deployment, one_active="act") as at:
        _, second = moved_back(at)
        undo_move(at.deps, at.step().key, "lead")
        at.settle()
        at.settle(minutes=20)
        assert at.status(second) == catalogue.IN_PROGRESS
        done, left = at.steps()
        assert (done.move, done.said, done.note) == (Move.UNDONE, Said.UNDONE, "undone by lead")
        assert (left.move, left.said, left.told) == (Move.NONE, None, None)
        (comment,) = at.comments(second)
        assert "left alone from now on" in at.text(comment)


def test_what_was_moved_back_and_forward_again_is_no_flip_flop_but_a_persons_switches_are(
    sqlite_database: Database,
) -> None:
    with floor(sqlite_database, one_active="act") as at:
        _, second = moved_back(at)
        undo_move(at.deps, at.step().key, "lead")
        at.settle()
        assert count(sqlite_database, "findings", rule="flip_flop") == 0
        for status in (catalogue.TODO, catalogue.IN_PROGRESS):
            at.move(second, status)
        at.look()
        assert count(sqlite_database, "findings", rule="flip_flop", subject=str(second)) == 1


def test_it_is_undone_once(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="act") as at:
        moved_back(at)
        key = at.step().key
        undo_move(at.deps, key, "lead")
        with pytest.raises(ConflictError, match="already"):
            undo_move(at.deps, key, "lead")
        at.settle()
        with pytest.raises(ConflictError, match="undone already"):
            undo_move(at.deps, key, "lead")
        assert sum(row.kind == "transition" for row in at.rows()) == 2


def test_what_was_moved_meanwhile_is_refused_with_the_reason(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="act") as at:
        _, second = moved_back(at)
        at.move(second, catalogue.DONE)
        at.look()
        with pytest.raises(ConflictError, match="Somebody has moved the ticket to Done meanwhile"):
            undo_move(at.deps, at.step().key, "lead")


def test_what_is_moved_before_it_is_done_stays_there_and_the_list_says_why(
    sqlite_database: Database,
) -> None:
    with floor(sqlite_database, one_active="act") as at:
        _, second = moved_back(at)
        undo_move(at.deps, at.step().key, "lead")
        at.move(second, catalogue.DONE)
        at.settle()
        assert (at.status(second), at.step().move) == (catalogue.DONE, Move.DONE)
        assert "could not be undone: somebody has moved the issue" in (at.step().note or "")


def test_an_undo_that_jira_refused_is_done_again_by_hand(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="act") as at:
        _, second = moved_back(at)
        at.desk.trouble.may_transition = False
        undo_move(at.deps, at.step().key, "lead")
        at.settle()
        assert "Transition Issues" in (at.step().note or "")
        with pytest.raises(ConflictError, match="redo"):
            undo_move(at.deps, at.step().key, "lead")
        at.desk.trouble.may_transition = True
        redo_effect(at.deps, f"{at.step().key}:undo")
        at.settle()
        assert at.status(second) == catalogue.IN_PROGRESS
        assert at.steps()[0].move is Move.UNDONE


def test_a_refused_move_that_is_done_again_is_told_to_the_ladder(database: Database) -> None:
    with floor(database, one_active="act") as at:
        at.desk.trouble.may_transition = False
        first, second = at.ticket(), at.ticket()
        at.start(first)
        at.start(second)
        at.settle(minutes=20)
        assert at.step().said is Said.ASK_REFUSED
        at.desk.trouble.may_transition = True
        assert redo_failed(at.deps) == 1
        at.settle()
        assert at.status(second) == catalogue.TODO
        assert (at.step().move, at.step().said, at.step().note) == (Move.DONE, Said.MOVED, None)


def test_a_ticket_that_is_gone_and_an_unknown_key_are_refused(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="act") as at:
        _, second = moved_back(at)
        at.desk.world.delete(at.desk.now, at.ada, second)
        at.look(minutes=20)
        with pytest.raises(ConflictError, match="deleted, archived"):
            undo_move(at.deps, at.step().key, "lead")
        with pytest.raises(NotFoundError, match="undo --list"):
            undo_move(at.deps, "finding:none", "lead")


def test_who_starts_it_again_weeks_later_is_not_repeating_the_same_move(sqlite_database: Database) -> None:
    with floor(sqlite_database, one_active="act") as at:
        _, second = moved_back(at)
        at.wait(22 * DAY * 60)
        at.start(second)
        at.settle(minutes=20)
        assert at.status(second) == catalogue.TODO
        assert [(step.move, step.told) for step in at.steps()] == [(Move.DONE, None), (Move.DONE, None)]
