"""The tables and examples of docs/definitions.md hold for the naive reading."""

from dataclasses import replace
from fractions import Fraction

import pytest

from tests.naive.breaches import age, five_days, one_active
from tests.naive.cast import EPIC, PARIS, at, epic, on, option, task
from tests.naive.facts import Ticket, Turn, is_incomplete
from tests.naive.hints import findings
from tests.naive.law import Piece, pieces
from tests.naive.projects import figures, visits
from tests.naive.worktime import Days

WEEK = 7 * 86_400_000


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-02 10:00", "2026-03-09 10:00", 5),
        ("2026-03-06 18:00", "2026-03-09 06:00", 0.5),
        ("2026-03-27 12:00", "2026-03-30 12:00", 1),
        ("2026-03-07 00:00", "2026-03-09 00:00", 0),
        ("2026-04-30 00:00", "2026-05-05 00:00", 2),
    ],
)
def test_working_days_are_those_of_the_table(start: str, end: str, days: float) -> None:
    assert Days(PARIS).working_days(at(start), at(end)) == Fraction(days)


def test_a_worked_day_of_23_hours_counts_exactly_one() -> None:
    every_day = replace(PARIS, weekdays=tuple(range(7)), country=None)
    start, end = at("2026-03-29 00:00"), at("2026-03-30 00:00")
    assert end - start == 23 * 3_600_000
    assert Days(every_day).working_days(start, end) == 1


PHASE_OF = {
    "R": "research",
    "D": "data_exploration",
    "M": "modeling",
    "P": "productization",
    "A": "ab_testing",
    "S": "results_analysis",
}


def in_turn(letters: str) -> list[Piece]:
    """A week of each phase after the other; `-` is two weeks of nothing."""
    found, start = [], 0
    for number, letter in enumerate(letters):
        if letter == "-":
            start += 2 * WEEK
        else:
            found.append(Piece(number, start, start + WEEK, PHASE_OF[letter], EPIC))
            start += WEEK
    return found


@pytest.mark.parametrize(
    ("letters", "count", "loops"),
    [("RDMPAS", 6, 0), ("DMD", 3, 1), ("RDMDMDMP", 8, 2), ("M-M", 1, 0)],
)
def test_visits_and_returns_are_those_of_the_table(letters: str, count: int, loops: int) -> None:
    found = visits(in_turn(letters))
    assert (len(found), sum(visit.is_return for visit in found)) == (count, loops)


def test_a_phase_that_begins_while_another_goes_on_interrupts_nothing() -> None:
    found = visits([Piece(1, 0, 10, "modeling", EPIC), Piece(2, 5, 20, "productization", EPIC)])
    assert [(visit.phase, visit.is_return) for visit in found] == [
        ("modeling", False),
        ("productization", False),
    ]


def test_the_bucket_none_makes_no_visit_and_interrupts_none() -> None:
    found = visits(
        [
            Piece(1, 0, 10, "modeling", EPIC),
            Piece(2, 10, 20, "none", EPIC),
            Piece(1, 20, 30, "modeling", EPIC),
        ]
    )
    assert [(visit.start, visit.end) for visit in found] == [(0, 30)]


def test_five_days_on_friday_midnight_breach_on_monday() -> None:
    busy = task(2, "modeling", "2026-03-02 00:00 active")
    (found,) = five_days(2, on("2026-03-10 00:00", epic(), busy))
    assert found.start == at("2026-03-06 00:00")
    assert found.breach_at == at("2026-03-09 00:00")


def test_at_monday_midnight_itself_it_is_still_a_warning() -> None:
    busy = task(2, "modeling", "2026-03-02 00:00 active")
    (found,) = five_days(2, on("2026-03-09 00:00", epic(), busy))
    assert (found.severity, found.breach_at) == ("warning", None)


def test_a_reopened_task_ages_anew() -> None:
    moves = ("2026-03-02 00:00 active", "2026-03-10 00:00 done", "2026-03-11 00:00 active")
    view = on("2026-03-12 12:00", epic(), task(2, "modeling", *moves))
    (found,) = five_days(2, view)
    assert found.end == at("2026-03-10 00:00")
    assert age(2, view) == Fraction(3, 2)


def test_a_hand_over_within_the_grace_is_no_finding() -> None:
    first = task(2, "modeling", "2026-03-02 10:00 active", "2026-03-02 11:15 done")
    second = task(3, "modeling", "2026-03-02 11:00 active")
    assert one_active("ann", on("2026-03-03 00:00", epic(), first, second)) == []


def test_two_active_tickets_are_a_finding_from_their_true_start() -> None:
    first = task(2, "modeling", "2026-03-02 10:00 active", "2026-03-02 15:00 done")
    second = task(3, "research", "2026-03-02 11:00 active")
    (found,) = one_active("ann", on("2026-03-03 00:00", epic(), first, second))
    assert (found.start, found.end) == (at("2026-03-02 11:00"), at("2026-03-02 15:00"))
    assert (found.issues, found.started_last) == ((2, 3), 3)


def test_what_happens_at_the_instant_itself_is_not_seen() -> None:
    busy = task(2, "modeling", "2026-03-02 10:00 active")
    assert figures(EPIC, on("2026-03-02 10:00", epic(), busy)).state == "not_started"
    assert figures(EPIC, on("2026-03-02 10:01", epic(), busy)).state == "active"


def test_the_first_changes_from_value_holds_before_it() -> None:
    turn = Turn(at("2026-03-03 00:00"), 1, 0, "option", option("research"), option("modeling"))
    busy = replace(task(2, "modeling", "2026-03-02 10:00 active"), turns=())
    moved = replace(busy, status="2", turns=(turn,))
    found = pieces(2, on("2026-03-04 00:00", epic(), moved))
    assert [piece.phase for piece in found] == ["research", "modeling"]


def test_effort_counts_each_task_and_touched_the_union() -> None:
    one = task(2, "modeling", "2026-03-02 00:00 active")
    other = task(3, "modeling", "2026-03-03 00:00 active", person="bob")
    numbers = figures(EPIC, on("2026-03-04 00:00", epic(), one, other))
    assert [numbers.effort, numbers.touched, numbers.elapsed] == [3, 2, 2]
    assert numbers.by_phase["modeling"].effort == 3


def test_a_sub_task_counts_as_its_parent() -> None:
    parent = task(2, "modeling", "2026-03-06 00:00 done")
    child = replace(task(5, "research", "2026-03-02 00:00 active", parent=2), kind="subtask")
    late = replace(parent, created=at("2026-03-01 00:00"))
    assert figures(EPIC, on("2026-03-04 00:00", epic(), late, child)).by_phase["modeling"].effort == 2


def test_a_flagged_task_is_paused() -> None:
    flag = Turn(at("2026-03-03 00:00"), 9, 0, "flag", None, "[10019]")
    busy = task(2, "modeling", "2026-03-02 00:00 active")
    stuck = replace(busy, flagged=True, turns=(*busy.turns, flag))
    assert figures(EPIC, on("2026-03-05 00:00", epic(), stuck)).state == "paused"


def test_a_history_that_ends_elsewhere_is_incomplete() -> None:
    busy = task(2, "modeling", "2026-03-02 00:00 active")
    assert not is_incomplete(busy)
    assert is_incomplete(replace(busy, status="3"))


def test_hygiene_of_a_bare_task_is_told_until_it_is_done() -> None:
    bare = Ticket(2, "task", at("2026-03-02 00:00"), "2", estimate_days=6.0)
    found = findings(on("2026-03-02 12:00", bare))
    assert [one.rule for one in found] == ["estimate_too_long", "no_assignee", "no_phase", "no_project"]


def test_a_day_with_nothing_active_is_told_when_it_is_over() -> None:
    stopped = task(2, "modeling", "2026-03-05 12:00 active", "2026-03-06 12:00 paused")
    view = on("2026-03-12 00:00", epic(), stopped)
    (found,) = [one for one in findings(view) if one.rule == "nothing_active" and one.end is None]
    assert found.start == at("2026-03-09 12:00")
