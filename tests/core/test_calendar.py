"""Working time: section 3 of the definitions, row by row, and the odd days of the world."""

import zoneinfo
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.builders import DAY, HOUR, PARIS, UTC_WEEK, paris, utc

from phasewise.core.calendar import (
    NEVER,
    TICKS_PER_DAY,
    Calendar,
    calendar_of,
    days,
    ticks_of,
)
from phasewise.core.model import CalendarRules

PLAIN = replace(PARIS, country=None)
ZONES = ("Europe/Paris", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Asia/Kolkata")


@pytest.mark.parametrize(
    ("start", "end", "working_days"),
    [
        ("2026-03-02 10:00", "2026-03-09 10:00", 5.0),
        ("2026-03-06 18:00", "2026-03-09 06:00", 0.5),
        ("2026-03-27 12:00", "2026-03-30 12:00", 1.0),
        ("2026-03-07 00:00", "2026-03-09 00:00", 0.0),
        ("2026-04-30 00:00", "2026-05-05 00:00", 2.0),
    ],
)
def test_the_table_of_working_days(start: str, end: str, working_days: float) -> None:
    ticks = calendar_of(PARIS).working_ticks(paris(start), paris(end))
    assert ticks == working_days * TICKS_PER_DAY
    assert days(ticks) == working_days


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Paris", "2026-03-29", 23),
        ("Europe/Paris", "2026-10-25", 25),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Antarctica/Troll", "2026-03-29", 22),
    ],
)
def test_t1_a_working_day_counts_one_whatever_its_length(zone: str, day: str, hours: float) -> None:
    calendar = Calendar(CalendarRules(zone=zone, weekdays=(0, 1, 2, 3, 4, 5, 6)))
    sunday = date.fromisoformat(day)
    start, end = calendar.midnight(sunday), calendar.midnight(date.fromordinal(sunday.toordinal() + 1))
    assert end - start == hours * HOUR
    assert calendar.working_ticks(start, end) == TICKS_PER_DAY


def test_half_of_a_day_of_23_hours_is_half_a_day_exactly() -> None:
    calendar = Calendar(replace(PLAIN, weekdays=(6,)))
    start = paris("2026-03-29 00:00")
    assert calendar.working_ticks(start, start + 23 * HOUR // 2) == TICKS_PER_DAY // 2


def test_a_date_that_samoa_skipped_counts_nothing() -> None:
    calendar = Calendar(CalendarRules(zone="Pacific/Apia", weekdays=(0, 1, 2, 3, 4, 5, 6)))
    before, after = calendar.midnight(date(2011, 12, 29)), calendar.midnight(date(2012, 1, 1))
    assert calendar.working_ticks(before, after) == 2 * TICKS_PER_DAY
    assert calendar.local_date(calendar.midnight(date(2011, 12, 30))) == date(2011, 12, 31)


def test_own_days_are_made_working_or_free() -> None:
    rules = replace(PARIS, extra=("2026-03-07", "2026-05-01"), removed=("2026-03-03",))
    calendar = calendar_of(rules)
    assert calendar.is_working(date(2026, 3, 7))
    assert calendar.is_working(date(2026, 5, 1))
    assert not calendar.is_working(date(2026, 3, 3))
    assert calendar.working_ticks(paris("2026-03-02 00:00"), paris("2026-03-09 00:00")) == 5 * TICKS_PER_DAY


def test_a_subdivision_has_holidays_of_its_own() -> None:
    epiphany = date(2026, 1, 6)
    assert calendar_of(CalendarRules("Europe/Berlin", country="DE")).is_working(epiphany)
    bavaria = CalendarRules("Europe/Berlin", country="DE", subdivision="BY")
    assert not calendar_of(bavaria).is_working(epiphany)


def test_a_week_is_as_long_as_its_working_weekdays() -> None:
    assert calendar_of(UTC_WEEK).week_days_at(0) == 5
    assert calendar_of(CalendarRules(weekdays=(0, 1, 2, 3))).week_days_at(0) == 4


@pytest.mark.parametrize(
    "rules",
    [
        CalendarRules(zone="Mars/Olympus"),
        CalendarRules(zone="../etc"),
        CalendarRules(zone=""),
        CalendarRules(country="XX"),
        CalendarRules(country="DE", subdivision="ZZ"),
    ],
)
def test_an_unknown_zone_country_or_subdivision_is_refused(rules: CalendarRules) -> None:
    with pytest.raises(ValueError, match="not known"):
        Calendar(rules)


def test_exactly_five_days_on_friday_midnight_are_exceeded_from_monday_on() -> None:
    calendar = calendar_of(PARIS)
    monday = calendar.position(paris("2026-03-02 00:00"))
    assert calendar.first_at(monday + 5 * TICKS_PER_DAY) == paris("2026-03-07 00:00")
    assert calendar.first_after(monday + 5 * TICKS_PER_DAY) == paris("2026-03-09 00:00")


def test_inside_a_day_reaching_and_exceeding_are_the_same_instant() -> None:
    calendar = calendar_of(PARIS)
    monday = calendar.position(paris("2026-03-02 10:00"))
    assert calendar.first_at(monday + ticks_of(4.0)) == paris("2026-03-06 10:00")
    assert calendar.first_after(monday + ticks_of(4.0)) == paris("2026-03-06 10:00")


def test_a_calendar_without_working_days_never_reaches_anything() -> None:
    calendar = Calendar(CalendarRules(weekdays=()))
    at = utc("2026-03-02 10:00")
    assert calendar.position(at) == 0
    assert calendar.first_at(1) == NEVER
    assert calendar.first_after(0) == NEVER
    assert calendar.first_at(0) < at


def test_instants_far_away_are_taken_for_the_ends_of_the_calendar() -> None:
    calendar = Calendar(UTC_WEEK)
    assert calendar.working_ticks(-(10**18), utc("1900-01-02 00:00")) == TICKS_PER_DAY
    assert calendar.position(10**18) == calendar.position(utc("2300-01-01 00:00"))
    assert calendar.local_date(10**18) == date(2201, 1, 1)
    assert calendar.first_after(-(10**30)) < utc("1900-01-01 00:00")


def test_years_may_be_asked_for_in_any_order() -> None:
    early, late = utc("2009-05-04 00:00"), utc("2031-05-05 00:00")
    forward, backward = Calendar(UTC_WEEK), Calendar(UTC_WEEK)
    first = [forward.position(early), forward.position(late)]
    assert first == [backward.position(late), backward.position(early)][::-1]
    assert forward.first_at(first[0] - 3 * 250 * TICKS_PER_DAY) < utc("2007-01-01 00:00")


instants = st.integers(utc("2011-12-20 00:00"), utc("2012-01-20 00:00")) | st.integers(
    utc("2026-01-01 00:00"), utc("2026-12-31 00:00")
)


@settings(deadline=None)
@given(st.sampled_from(ZONES), st.lists(instants, min_size=3, max_size=3))
def test_working_time_is_monotone_and_adds_up(zone: str, three: list[int]) -> None:
    calendar = calendar_of(CalendarRules(zone=zone))
    a, b, c = sorted(three)
    assert calendar.working_ticks(a, b) >= 0
    assert calendar.working_ticks(a, b) + calendar.working_ticks(b, c) == calendar.working_ticks(a, c)
    assert calendar.working_ticks(a, c) <= (c - a) * TICKS_PER_DAY // (23 * HOUR)


@settings(deadline=None)
@given(st.sampled_from((*ZONES, "Antarctica/Troll")), instants, st.integers(0, 9 * 4))
def test_first_at_and_first_after_invert_the_position(zone: str, start: int, quarters: int) -> None:
    calendar = calendar_of(CalendarRules(zone=zone))
    wanted = calendar.position(start) + quarters * TICKS_PER_DAY // 4
    reached, exceeded = calendar.first_at(wanted), calendar.first_after(wanted)
    assert calendar.position(reached) >= wanted > calendar.position(reached - 1)
    assert calendar.position(exceeded + 1) > wanted >= calendar.position(exceeded)
    assert reached <= exceeded + 1
    assert exceeded - start <= 40 * DAY


def test_t4_time_zones_are_known_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TZ", raising=False)
    zoneinfo.reset_tzpath([])
    try:
        chatham = zoneinfo.ZoneInfo.no_cache("Pacific/Chatham")
        assert datetime(2026, 7, 1, tzinfo=chatham).utcoffset() == timedelta(hours=12, minutes=45)
    finally:
        zoneinfo.reset_tzpath()
