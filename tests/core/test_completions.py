"""A task is finished on the day it entered done, if it still was when the day ended."""

from datetime import date

from phasewise.core.calendar import TICKS_PER_DAY, Calendar, calendar_of
from phasewise.core.completions import Completion, completions_of
from phasewise.core.model import CalendarRules, Group, Interval, Phase

DAY = 86_400_000
MONDAY = 1_772_409_600_000  # 2026-03-02T00:00Z
ORDINAL = date(2026, 3, 2).toordinal()


def life(*groups: tuple[float, Group], removed: float | None = None) -> tuple[Interval, ...]:
    """A task in each group from the day it is given with, counted from Monday, until the next."""
    starts = [MONDAY + round(days * DAY) for days, _ in groups]
    ends = [*starts[1:], None if removed is None else MONDAY + round(removed * DAY)]
    return tuple(
        Interval(7, start, end, "1", group, Phase.NONE, None, None, False)
        for start, end, (_, group) in zip(starts, ends, groups, strict=True)
    )


def found(
    *groups: tuple[float, Group], removed: float | None = None, incomplete: bool = False
) -> list[tuple[int, int | None]]:
    """Days since Monday on which it was finished, with its age then in whole working days."""
    done = completions_of(life(*groups, removed=removed), (), utc(), incomplete=incomplete)
    return [(one.day - ORDINAL, _days(one)) for one in done]


def _days(one: Completion) -> int | None:
    return None if one.age_ticks is None else one.age_ticks // TICKS_PER_DAY


def utc() -> Calendar:
    return calendar_of(CalendarRules())


def test_a_finished_task_counts_with_its_age() -> None:
    assert found((0, Group.TODO), (1, Group.ACTIVE), (3.5, Group.DONE)) == [(3, 2)]


def test_done_and_back_on_the_same_day_is_not_finished() -> None:
    assert found((0, Group.ACTIVE), (1.2, Group.DONE), (1.6, Group.ACTIVE)) == []


def test_done_twice_on_one_day_counts_once() -> None:
    assert found((0, Group.ACTIVE), (1.2, Group.DONE), (1.4, Group.ACTIVE), (1.6, Group.DONE)) == [(1, 0)]


def test_done_until_midnight_was_finished_on_that_day() -> None:
    assert found((0, Group.ACTIVE), (1.5, Group.DONE), (2, Group.ACTIVE)) == [(1, 1)]


def test_done_again_on_a_later_day_counts_again_with_a_new_age() -> None:
    assert found((0, Group.ACTIVE), (2, Group.DONE), (3, Group.ACTIVE), (4, Group.DONE)) == [(2, 2), (4, 1)]


def test_what_was_done_from_its_beginning_never_entered_done() -> None:
    assert found((0, Group.DONE), (1, Group.ACTIVE), (2, Group.DONE)) == [(2, 1)]
    assert found((0, Group.DONE)) == []


def test_a_task_removed_on_the_day_does_not_count() -> None:
    assert found((0, Group.ACTIVE), (1.2, Group.DONE), removed=1.5) == []
    assert found((0, Group.ACTIVE), (1.2, Group.DONE), removed=2) == [(1, 1)]


def test_an_incomplete_history_tells_no_age() -> None:
    assert found((0, Group.ACTIVE), (1, Group.DONE), incomplete=True) == [(1, None)]


def test_two_neighbouring_intervals_in_done_are_one() -> None:
    assert found((0, Group.ACTIVE), (1.5, Group.DONE), (1.6, Group.DONE), (5, Group.TODO)) == [(1, 1)]
