"""When people work, and how the present counts ages."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from phasewise.sandbox.script_cast import Person, cast_of
from phasewise.sandbox.script_diary import Diary, start_for_age, weekdays_between

MARIAM = Person("mariam.sow", "Mariam Sow", "Europe/Paris", "FR")
DAY = 86_400_000


def at(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def diary(start: str, end: str) -> Diary:
    return Diary(MARIAM, at(start), at(end), random.Random(1))


def test_nobody_works_on_a_public_holiday_or_over_christmas() -> None:
    days = diary("2025-12-01", "2026-06-01").days
    for free in (
        date(2025, 12, 25),
        date(2025, 12, 30),
        date(2026, 1, 1),
        date(2026, 5, 1),
        date(2026, 5, 2),
    ):
        assert free not in days
    assert date(2026, 5, 4) in days


def test_everybody_takes_some_leave_but_not_in_the_last_weeks() -> None:
    days = diary("2026-01-05", "2026-11-19").days
    weeks = {day.isocalendar()[:2] for day in days}
    assert 41 < len(weeks) < 52
    assert {(2026, week) for week in (44, 45, 46, 47)} <= weeks


def test_positions_and_instants_are_each_others_inverse() -> None:
    own = diary("2026-03-01", "2026-06-01")
    for position in (3.0, 10.25, 30.9):
        assert own.position(own.instant(position)) == pytest.approx(position, abs=0.001)


def test_the_night_reads_as_the_next_morning() -> None:
    own = diary("2026-03-01", "2026-06-01")
    assert own.position(at("2026-03-10T23:00")) == own.position(at("2026-03-11T04:00"))


def test_office_hours_keep_to_the_local_clock_when_it_changes() -> None:
    own = diary("2026-03-01", "2026-06-01")
    paris = ZoneInfo("Europe/Paris")
    opens = [datetime.fromtimestamp(own.instant(n) / 1000, paris) for n in range(len(own.days))]
    assert {local.utcoffset() for local in opens} == {timedelta(hours=1), timedelta(hours=2)}
    assert all(8 <= local.hour < 11 for local in opens)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-03-02T10:00", "2026-03-09T10:00", 5.0),
        ("2026-03-06T18:00", "2026-03-09T06:00", 0.5),
        ("2026-03-27T12:00", "2026-03-30T12:00", 1.0),
        ("2026-03-07T00:00", "2026-03-09T00:00", 0.0),
    ],
)
def test_weekdays_are_counted_by_the_local_day(start: str, end: str, days: float) -> None:
    span = at(start, "Europe/Paris"), at(end, "Europe/Paris")
    assert weekdays_between(*span, "Europe/Paris") == pytest.approx(days)


@pytest.mark.parametrize("hour", range(0, 168, 5))
@pytest.mark.parametrize("age", [0.5, 1.9, 4.45, 6.2, 7.4])
def test_a_start_is_found_for_any_age_at_any_hour_of_the_week(hour: int, age: float) -> None:
    end = at("2026-11-16T00:20") + hour * 3_600_000
    start = start_for_age(age, end, "Europe/Berlin")
    assert weekdays_between(start, end, "Europe/Berlin") == pytest.approx(age, abs=0.49)
    local = datetime.fromtimestamp(start / 1000, UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert local.weekday() < 5
    assert 9 <= local.hour <= 17


def test_people_of_a_large_team_have_different_keys() -> None:
    people = cast_of(1, 200)
    assert len({person.key for person in people}) == len({person.email for person in people}) == 200
    assert all(person.key.isascii() for person in people)
