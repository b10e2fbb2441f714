"""When a person works: local office hours, weekends, public holidays, the Christmas break, leave.

`script_desk` counts time in a person's own working days; the demo's present counts plain weekdays.
"""

import random
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

from phasewise.sandbox.script_cast import Person
from phasewise.sandbox.script_events import MINUTE

_LONG_BREAK = timedelta(days=5)
_BEFORE, _AFTER = 21, 45


class Diary:
    """The days one person works, numbered from 0. A position is a day's number plus the part gone by."""

    def __init__(self, person: Person, start_ms: int, end_ms: int, rng: random.Random) -> None:
        zone = ZoneInfo(person.zone)
        first = _day(start_ms, zone) - timedelta(days=_BEFORE)
        last = _day(end_ms, zone) + timedelta(days=_AFTER)
        free = _free_days(person, first, last, _day(end_ms, zone), rng)
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self.days = [day for day in span if day.weekday() < 5 and day not in free]
        arrives, leaves = rng.uniform(8.4, 9.6), rng.uniform(16.8, 18.2)
        self._opens = [_ms(day, arrives, zone) + rng.randrange(25 * MINUTE) for day in self.days]
        self._closes = [_ms(day, leaves, zone) - rng.randrange(40 * MINUTE) for day in self.days]
        pairs = zip(self.days, self.days[1:], strict=False)
        self._breaks = [n for n, (day, after) in enumerate(pairs, 1) if after - day >= _LONG_BREAK]

    def instant(self, position: float) -> int:
        """Milliseconds since the epoch."""
        day = min(max(int(position), 0), len(self.days) - 1)
        opens, closes = self._opens[day], self._closes[day]
        return opens + int((position - day) * (closes - opens))

    def position(self, at_ms: int) -> float:
        """Outside working hours: the opening of the next working day."""
        day = bisect_right(self._closes, at_ms)
        if day == len(self.days):
            return float(day) - 0.001
        opens, closes = self._opens[day], self._closes[day]
        return day + max(0.0, (at_ms - opens) / (closes - opens))

    def next_break(self, position: float) -> float:
        """Where the next absence of more than a long week-end begins; tasks are not left open over it."""
        later = bisect_right(self._breaks, position)
        return float(self._breaks[later]) if later < len(self._breaks) else float(len(self.days))


def weekdays_between(start_ms: int, end_ms: int, zone: str) -> float:
    """Working days from Monday to Friday in a zone; every weekday counts 1, holidays or not."""
    place = ZoneInfo(zone)
    return _weekday_position(end_ms, place) - _weekday_position(start_ms, place)


def start_for_age(age_days: float, end_ms: int, zone: str) -> int:
    """The office-hours instant whose age at `end_ms`, in weekdays, comes nearest to the one asked for."""
    place = ZoneInfo(zone)
    today = _day(end_ms, place)
    days = [today - timedelta(days=n) for n in reversed(range(int(age_days) * 2 + 8))]
    hours = [9.3 + n / 4 for n in range(30)]
    past = [_ms(day, hour, place) for day in days if day.weekday() < 5 for hour in hours]
    del past[bisect_left(past, end_ms - 5 * MINUTE) :]
    wanted = _weekday_position(end_ms, place) - age_days
    later = bisect_left(past, wanted, key=lambda at: _weekday_position(at, place))
    return min(past[max(0, later - 1) : later + 1], key=lambda at: abs(_weekday_position(at, place) - wanted))


def _weekday_position(at_ms: int, zone: ZoneInfo) -> float:
    day = _day(at_ms, zone)
    weeks, weekday = divmod(day.toordinal() - 1, 7)
    if weekday >= 5:
        return weeks * 5 + 5.0
    midnight, after = _ms(day, 0, zone), _ms(day + timedelta(days=1), 0, zone)
    return weeks * 5 + weekday + (at_ms - midnight) / (after - midnight)


def _free_days(person: Person, first: date, last: date, end: date, rng: random.Random) -> set[date]:
    years = range(first.year, last.year + 1)
    free = set(holidays.country_holidays(person.country, years=years))
    for year in range(first.year - 1, last.year + 1):
        free.update(date(year, 12, 24) + timedelta(days=n) for n in range(9))
    monday = first + timedelta(days=rng.randrange(_BEFORE, 110))
    # Nobody is on leave in the last weeks: the present of a demo is meant to be alive.
    while monday < end - timedelta(days=26):
        monday -= timedelta(days=monday.weekday())
        free.update(monday + timedelta(days=n) for n in range(5 * rng.choice((1, 1, 2)) + 2))
        monday += timedelta(days=rng.randrange(80, 150))
    return free


def _day(at_ms: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date()


def _ms(day: date, hour: float, zone: ZoneInfo) -> int:
    local = datetime.combine(day, time(int(hour), int(hour % 1 * 60)), zone)
    return int(local.timestamp() * 1000)
