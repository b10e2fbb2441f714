"""Visits of a project to its phases, and returns: the table of section 5 of the definitions."""

from collections.abc import Iterable

import pytest
from tests.core.builders import EPIC, OPTIONS, TASK

from phasewise.core.model import PHASES, Phase, Piece, Visit
from phasewise.core.stretches import merged, until
from phasewise.core.visits import loops, visits_of

R, D, M = Phase.RESEARCH, Phase.DATA_EXPLORATION, Phase.MODELING


def piece(phase: Phase, start: int, end: int | None = None, task: int = TASK) -> Piece:
    return Piece(task, start, end, phase, EPIC)


def in_turn(letters: str) -> list[Piece]:
    """One phase after the other, a day each; a dot is an idle day."""
    return [piece(OPTIONS[one], n, n + 1) for n, one in enumerate(letters) if one != "."]


def made_by(pieces: Iterable[Piece]) -> tuple[Visit, ...]:
    """The visits that pieces make, in whatever order they come."""
    pieces = list(pieces)
    return visits_of(
        {
            phase: merged((one.start, until(one.end)) for one in pieces if one.phase is phase)
            for phase in PHASES
        }
    )


def shown(*pieces: Piece) -> list[tuple]:
    return [(visit.phase, visit.start, visit.end) for visit in made_by(pieces)]


@pytest.mark.parametrize(
    ("phases", "visits", "returns"),
    [("rdmpas", 6, 0), ("dmd", 3, 1), ("rdmdmdmp", 8, 2), ("m..m", 1, 0)],
)
def test_the_table_of_visits(phases: str, visits: int, returns: int) -> None:
    found = made_by(in_turn(phases))
    assert (len(found), loops(found)) == (visits, returns)


def test_phases_that_overlap_are_a_visit_each() -> None:
    found = made_by([piece(M, 0, 10), piece(Phase.PRODUCTIZATION, 5, 15)])
    assert (len(found), loops(found)) == (2, 0)


def test_a_pause_is_bridged_unless_another_phase_began_in_it() -> None:
    assert shown(piece(M, 0, 10), piece(M, 20, 30)) == [(M, 0, 30)]
    assert shown(piece(M, 0, 10), piece(D, 10, 12), piece(M, 20)) == [(M, 0, 10), (D, 10, 12), (M, 20, None)]
    assert shown(piece(M, 0, 10), piece(D, 5, 15), piece(M, 20, 30)) == [(M, 0, 30), (D, 5, 15)]
    assert shown(piece(M, 0, 10), piece(M, 20, 30), piece(D, 20, 25)) == [(D, 20, 25), (M, 0, 30)][::-1]


def test_a_second_task_in_a_phase_that_goes_on_does_not_begin_it_again() -> None:
    going_on = (piece(D, 0, 40), piece(D, 12, 14, task=11))
    assert shown(piece(M, 0, 10), *going_on, piece(M, 20, 30)) == [(D, 0, 40), (M, 0, 30)]


def test_tasks_of_one_phase_are_one_visit_while_they_overlap_or_touch() -> None:
    assert shown(piece(M, 0, 10), piece(M, 5, 20, task=11), piece(M, 20, 30)) == [(M, 0, 30)]


def test_a_return_is_to_a_phase_before_one_that_was_visited_earlier() -> None:
    found = made_by([piece(M, 0, 9), piece(R, 0, 5), piece(D, 1, 5)])
    assert found == (Visit(R, 0, 5, False), Visit(M, 0, 9, False), Visit(D, 1, 5, True))


def test_visits_are_ordered_by_start_then_by_phase() -> None:
    found = made_by([piece(phase, 0, 1) for phase in reversed(PHASES)])
    assert [visit.phase for visit in found] == list(PHASES)
    assert loops(found) == 0
