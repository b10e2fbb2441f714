"""Report weeks, and how far the one-active rule was kept in one: section 6 of the definitions."""

import pytest
from tests.core.builders import HOUR, NEXT_TASK, PARIS, TASK, interval, paris
from tests.core.derivation import compliance

from phasewise.core.calendar import calendar_of
from phasewise.core.model import CalendarRules, Group, Limits
from phasewise.core.rules import Held
from phasewise.core.weeks import Week, report_week, week_labelled, weeks_up_to

CALENDAR = calendar_of(PARIS)
WEEK = report_week(paris("2026-03-04 10:00"), CALENDAR)


@pytest.mark.parametrize(
    ("at", "label", "start"),
    [
        ("2026-11-16 00:00", "2026-W47", "2026-11-16 00:00"),
        ("2026-11-22 23:59", "2026-W47", "2026-11-16 00:00"),
        ("2027-01-02 12:00", "2026-W53", "2026-12-28 00:00"),
        ("2027-01-04 00:00", "2027-W01", "2027-01-04 00:00"),
        ("2028-02-29 12:00", "2028-W09", "2028-02-28 00:00"),
        ("2026-01-01 00:00", "2026-W01", "2025-12-29 00:00"),
    ],
)
def test_t2_a_week_runs_from_monday_to_monday_under_its_iso_label(at: str, label: str, start: str) -> None:
    week = report_week(paris(at), CALENDAR)
    assert (week.label, week.start) == (label, paris(start))
    assert report_week(week.end, CALENDAR).start == week.end


def test_a_week_may_begin_on_another_day_and_has_the_label_of_its_fourth() -> None:
    week = report_week(paris("2026-11-20 10:00"), CALENDAR, first_weekday=6)
    assert week == Week("2026-W47", paris("2026-11-15 00:00"), paris("2026-11-22 00:00"))


@pytest.mark.parametrize(("at", "more"), [("2026-03-29 12:00", -HOUR), ("2026-10-25 12:00", HOUR)])
def test_t1_the_week_in_which_clocks_change_is_an_hour_shorter_or_longer(at: str, more: int) -> None:
    week = report_week(paris(at), CALENDAR)
    assert week.end - week.start == 7 * 24 * HOUR + more


def test_the_last_weeks_begin_before_the_instant() -> None:
    labels = [week.label for week in weeks_up_to(paris("2026-03-09 00:00"), 3, CALENDAR)]
    assert labels == ["2026-W08", "2026-W09", "2026-W10"]
    assert weeks_up_to(paris("2026-03-09 00:01"), 1, CALENDAR)[0].label == "2026-W11"


def held(task: int, start: str, end: str | None, group: Group = Group.ACTIVE) -> Held:
    return Held(interval(paris(start), end and paris(end), group, issue=task), task)


def kept(*persons: list[Held]) -> float | None:
    return compliance(persons, WEEK, CALENDAR, Limits())


def test_compliance_is_the_part_of_active_time_within_the_limit() -> None:
    two_at_once = [
        held(TASK, "2026-03-01 00:00", None),
        held(NEXT_TASK, "2026-03-03 00:00", "2026-03-04 00:00"),
    ]
    assert kept(two_at_once) == 1 - 1 / 5
    one_at_a_time = [held(TASK, "2026-03-02 00:00", "2026-03-07 00:00")]
    assert kept(two_at_once, one_at_a_time) == 1 - 1 / 10


def test_a_handover_within_the_grace_is_kept_to() -> None:
    mine = [
        held(TASK, "2026-03-02 00:00", "2026-03-03 10:15"),
        held(NEXT_TASK, "2026-03-03 10:00", "2026-03-05 00:00"),
    ]
    assert kept(mine) == 1.0


def test_a_stretch_not_yet_known_at_the_end_of_the_week_is_not_counted() -> None:
    sunday = calendar_of(PARIS).midnight(CALENDAR.local_date(WEEK.end)) - 10 * 60_000
    mine = [held(TASK, "2026-03-02 00:00", None), Held(interval(sunday, issue=NEXT_TASK), NEXT_TASK)]
    assert kept(mine) == 1.0


def test_without_active_time_there_is_no_compliance() -> None:
    assert kept() is None
    assert kept([held(TASK, "2026-03-02 00:00", None, Group.PAUSED)]) is None
    assert kept([held(TASK, "2026-03-09 00:00", None)]) is None
    assert kept([held(TASK, "2026-03-07 00:00", "2026-03-09 00:00")]) is None


@pytest.mark.parametrize("first_weekday", range(7))
def test_a_week_is_found_by_its_label(first_weekday: int) -> None:
    for day in range(0, 1200, 5):
        week = report_week(WEEK.start + day * 24 * HOUR, CALENDAR, first_weekday)
        assert week_labelled(week.label, CALENDAR, first_weekday) == week


@pytest.mark.parametrize(
    "label", ["", "2026-47", "2026-W00", "2026-W54", "2025-W53", "2026-W7", "9999-W01", "٢٠٢٦-W47"]
)
def test_what_is_no_week_is_refused_with_how_to_write_one(label: str) -> None:
    with pytest.raises(ValueError, match="write it like 2026-W47"):
        week_labelled(label, calendar_of(CalendarRules()))
