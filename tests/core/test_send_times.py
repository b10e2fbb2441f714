"""The zone table: everybody gets each report once, at their hour, through both clock changes of a year."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from phasewise.core.calendar import calendar_of
from phasewise.core.model import CalendarRules, Instant
from phasewise.core.send_times import (
    Quiet,
    SendTime,
    after_quiet,
    due_at,
    instant_of,
    next_daily,
    ready_at,
    send_time,
)
from phasewise.core.weeks import report_week

HOUR = 3_600_000
TEAMS = ["Europe/Paris", "Pacific/Auckland", "America/New_York", "Pacific/Honolulu"]
READERS = [
    "Pacific/Kiritimati",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Europe/Paris",
    "Europe/London",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
]


def instant(text: str, zone: str = "UTC") -> Instant:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()) * 1000


def local(at: Instant, zone: str) -> datetime:
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))


def reports_of_2026(zone: str, plan: SendTime) -> list[tuple[Instant, Instant]]:
    """The end of each week of the year, and when its report is ready."""
    calendar = calendar_of(CalendarRules(zone=zone))
    ends = [report_week(instant("2025-12-30", zone), calendar).end]
    while len(ends) < 54:
        ends.append(report_week(ends[-1], calendar).end)
    return [(end, ready_at(end, plan)) for end in ends]


@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("reader", READERS)
def test_every_day_of_a_year_each_reader_gets_the_report_of_the_week_once_at_eight(
    team: str, reader: str
) -> None:
    plan = send_time("Mon 08:00", team)
    reports = reports_of_2026(team, plan)
    coming = [due_at(ready, plan, reader) for _, ready in reports]
    received = []
    for day in (date(2025, 12, 31) + timedelta(days=n) for n in range(380)):  # what a clock on the wall says
        eight = datetime(day.year, day.month, day.day, 8, tzinfo=ZoneInfo(reader))
        received += [number for number, at in enumerate(coming) if at == int(eight.timestamp()) * 1000]
    assert received == list(range(len(reports)))
    for (end, ready), at in zip(reports, coming, strict=True):
        assert end <= ready <= at < ready + 25 * HOUR


@pytest.mark.parametrize("team", TEAMS)
@pytest.mark.parametrize("at", ["Sun 02:30", "Sun 00:00", "Sat 23:30", "Fri 17:00"])
def test_t1_whatever_the_hour_a_week_has_one_report_and_the_next_one_a_week_later(team: str, at: str) -> None:
    plan = send_time(at, team)
    ready = [ready for _, ready in reports_of_2026(team, plan)]
    steps = {later - earlier for earlier, later in pairwise(ready)}
    assert steps <= {168 * HOUR + more * HOUR // 2 for more in range(-4, 5)}
    assert all(local(one, team).weekday() == plan.weekday for one in ready)


@pytest.mark.parametrize(
    ("day", "minute", "zone", "expected"),
    [
        ("2026-03-29", 150, "Europe/Paris", "2026-03-29T01:00"),  # 02:30 does not exist: 03:00
        ("2026-10-25", 150, "Europe/Paris", "2026-10-25T00:30"),  # 02:30 comes twice: the first
        ("2026-10-04", 135, "Australia/Lord_Howe", "2026-10-03T15:30"),  # its gap is half an hour
        ("2026-03-29", 0, "Asia/Beirut", "2026-03-28T22:00"),  # a day without a midnight
        ("2011-12-30", 480, "Pacific/Apia", "2011-12-30T10:00"),  # a day that never was
        ("2026-11-23", 480, "Europe/Paris", "2026-11-23T07:00"),
    ],
)
def test_t1_a_time_that_does_not_exist_is_the_end_of_the_gap_and_one_that_comes_twice_the_first(
    day: str, minute: int, zone: str, expected: str
) -> None:
    assert instant_of(date.fromisoformat(day), minute, zone) == instant(expected)


def test_a_reader_whose_hour_lies_in_the_gap_of_yesterday_is_not_forgotten() -> None:
    """At the very instant at which a day without a midnight begins, its midnight is still to come."""
    begins = instant("2026-03-28T22:00")
    assert next_daily(begins, 0, "Asia/Beirut") == begins
    assert next_daily(begins + 1, 0, "Asia/Beirut") == instant("2026-03-29T21:00")


@pytest.mark.parametrize(
    ("due", "quiet", "expected"),
    [
        ("2026-11-23T08:00", Quiet(22 * 60, 7 * 60), "2026-11-23T08:00"),
        ("2026-11-23T08:00", Quiet(22 * 60, 9 * 60), "2026-11-23T09:00"),
        ("2026-11-23T23:10", Quiet(22 * 60, 7 * 60), "2026-11-24T07:00"),
        ("2026-11-23T08:00", Quiet(8 * 60, 8 * 60 + 1), "2026-11-23T08:01"),
        ("2026-11-23T08:00", Quiet(480, 480), "2026-11-23T08:00"),
        ("2026-10-25T02:10", Quiet(60, 150), "2026-10-25T02:30"),
    ],
)
def test_in_quiet_hours_nothing_comes_until_they_end(due: str, quiet: Quiet, expected: str) -> None:
    paris = "Europe/Paris"
    assert after_quiet(instant(due, paris), paris, quiet) == instant(expected, paris)
    assert after_quiet(instant(expected, paris), paris, quiet) == instant(expected, paris)


def test_quiet_hours_are_over_once_though_their_last_hour_comes_twice() -> None:
    second = instant("2026-10-25T02:10", "Europe/Paris") + HOUR
    assert after_quiet(second, "Europe/Paris", Quiet(60, 150)) == second


def test_quiet_hours_are_the_readers_own() -> None:
    plan = send_time("Mon 08:00", "Europe/Paris")
    ready = instant("2026-11-23T07:00")
    assert due_at(ready, plan, "Asia/Tokyo", Quiet(0, 600)) == instant("2026-11-24T10:00", "Asia/Tokyo")


@pytest.mark.parametrize("text", ["Mon 08:00", "monday 8:00", " MON  08:00 "])
def test_a_plan_is_a_weekday_and_a_time(text: str) -> None:
    assert send_time(text, "UTC") == SendTime(0, 480, "UTC")


@pytest.mark.parametrize("text", ["", "08:00", "Mon", "Mon 24:00", "Mon 8", "Mod 08:00", "Mon 08:60"])
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="Mon 08:00"):
        send_time(text, "UTC")
