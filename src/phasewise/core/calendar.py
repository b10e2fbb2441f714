"""A team's working time: which local dates count, and how much of them lies between two instants.

Everything that measures time asks a `Calendar`; get one by `calendar_of(rules)`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from math import lcm
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phasewise.core.model import CalendarRules, Instant

Ticks = int

HALF_HOUR = 1_800_000
TICKS_PER_DAY: Ticks = HALF_HOUR * lcm(46, 47, 48, 49, 50)
"""One working day; each millisecond of a day of 23, 23.5, 24, 24.5 or 25 hours is a whole number of ticks."""

FIRST_YEAR, ANCHOR_YEAR, LAST_YEAR = 1900, 2020, 2200
NEVER: Instant = int(datetime(LAST_YEAR + 1, 1, 2, tzinfo=UTC).timestamp()) * 1000
"""What `first_at` and `first_after` answer when the position is never reached before the year 2201."""

POSITIONS = 4096
"""How many instants a calendar remembers the position of: those of a project, half a megabyte."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def days(ticks: Ticks) -> float:
    """Working days, rounded to 3 decimals: the one place where a number is rounded, at output."""
    return round(ticks / TICKS_PER_DAY, 3)


def ticks_of(working_days: float) -> Ticks:
    """The ticks of a limit given in working days."""
    return round(working_days * TICKS_PER_DAY)


class _Span(NamedTuple):
    """Whole years, day by day: `starts` are local midnights, `positions` the working ticks before each."""

    first_year: int
    last_year: int
    starts: list[Instant]
    positions: list[Ticks]


class Calendar:
    """Working time by the rules of one team.

    The known span of years grows as it is asked for; each growth replaces the span as a whole, so that
    threads may share a calendar. Raises ValueError for a zone, country or subdivision that is not known.
    """

    def __init__(self, rules: CalendarRules) -> None:
        self.rules = rules
        self._zone = _zone(rules.zone)
        self._weekdays = frozenset(rules.weekdays)
        self._extra = frozenset(date.fromisoformat(day) for day in rules.extra)
        self._removed = frozenset(date.fromisoformat(day) for day in rules.removed)
        self._earliest = self.midnight(date(FIRST_YEAR, 1, 1))
        self._latest = self.midnight(date(LAST_YEAR + 1, 1, 1))
        anchor = self.midnight(date(ANCHOR_YEAR, 1, 1))
        self._span = self._grown(_Span(ANCHOR_YEAR, ANCHOR_YEAR - 1, [anchor], [0]), ANCHOR_YEAR)
        # The same few instants are asked for again and again: for the age, the warning, the effort of a task.
        self._known_position = lru_cache(maxsize=POSITIONS)(self._position)

    def week_days_at(self, _at: Instant) -> int:
        """Working weekdays per week, by the rules in force at an instant."""
        return len(self._weekdays)

    def is_working(self, day: date) -> bool:
        return self._works(day, _public_holidays(self.rules.country, self.rules.subdivision, day.year))

    def midnight(self, day: date) -> Instant:
        """The first instant of a local date."""
        return _midnight(day, self._zone)

    def local_date(self, at: Instant) -> date:
        clamped = min(max(at, self._earliest), self._latest)
        return (_EPOCH + clamped * _MILLISECOND).astimezone(self._zone).date()

    def position(self, at: Instant) -> Ticks:
        """Working ticks from the first midnight of 2020 to `at`; negative before it, never decreasing."""
        return self._known_position(at)

    def _position(self, at: Instant) -> Ticks:
        span = self._span
        if not span.starts[0] <= at < span.starts[-1]:
            at = min(max(at, self._earliest), self._latest - 1)
            span = self._span_with(at)
        starts, positions = span.starts, span.positions
        n = bisect_right(starts, at) - 1
        gained = positions[n + 1] - positions[n]
        return positions[n] + (at - starts[n]) * gained // (starts[n + 1] - starts[n])

    def working_ticks(self, start: Instant, end: Instant) -> Ticks:
        """The working time of `[start, end)`."""
        return self._known_position(end) - self._known_position(start)

    def first_at(self, position: Ticks) -> Instant:
        """The first instant whose position is at least the given one; NEVER if there is none."""
        span = self._span_around(position)
        if span.positions[-1] < position:
            return NEVER
        n = max(bisect_left(span.positions, position) - 1, 0)
        return span.starts[n] + _elapsed(span, n, position - span.positions[n])

    def first_after(self, position: Ticks) -> Instant:
        """The instant from which the position is above the given one; NEVER if it never is.

        Exactly five working days on a Friday midnight are exceeded from Monday 00:00 on.
        """
        span = self._span_around(position)
        if span.positions[-1] <= position:
            return NEVER
        n = max(bisect_right(span.positions, position) - 1, 0)
        # The last millisecond that is not above it: one before the first that gained a tick more.
        return span.starts[n] + _elapsed(span, n, position - span.positions[n] + 1) - 1

    def _works(self, day: date, free: Container[date]) -> bool:
        if day in self._removed:
            return False
        return day in self._extra or (day.weekday() in self._weekdays and day not in free)

    def _span_with(self, at: Instant) -> _Span:
        span = self._span
        while at < span.starts[0]:
            span = self._grown(span, span.first_year - 1)
        while at >= span.starts[-1]:
            span = self._grown(span, span.last_year + 1)
        return span

    def _span_around(self, position: Ticks) -> _Span:
        span = self._span
        while span.positions[0] >= position and span.first_year > FIRST_YEAR:
            span = self._grown(span, span.first_year - 1)
        while span.positions[-1] <= position and span.last_year < LAST_YEAR:
            span = self._grown(span, span.last_year + 1)
        return span

    def _grown(self, span: _Span, year: int) -> _Span:
        """The span with the year just before or just after it."""
        starts, gains = self._year(year)
        if year > span.last_year:
            positions = list(_running(span.positions[-1], gains))
            grown = _Span(span.first_year, year, span.starts + starts[1:], span.positions + positions[1:])
        else:
            positions = list(_running(span.positions[0] - sum(gains), gains))
            grown = _Span(year, span.last_year, starts[:-1] + span.starts, positions[:-1] + span.positions)
        self._span = grown
        return grown

    def _year(self, year: int) -> tuple[list[Instant], list[Ticks]]:
        """The midnights of a year, with the next year's first, and what each of its dates is worth."""
        dates = _dates(year)
        free = _public_holidays(self.rules.country, self.rules.subdivision, year)
        starts = _midnights(self.rules.zone, year)
        # A date that its zone skipped (Samoa, 30 December 2011) has no length and counts nothing.
        gains = [
            TICKS_PER_DAY if end > start and self._works(day, free) else 0
            for day, (start, end) in zip(dates, pairwise(starts), strict=True)
        ]
        return list(starts), gains


@lru_cache(maxsize=64)
def calendar_of(rules: CalendarRules) -> Calendar:
    """The calendar of these rules, made once."""
    return Calendar(rules)


def _midnight(day: date, zone: ZoneInfo) -> Instant:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000


@lru_cache(maxsize=256)
def _dates(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    return tuple(first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days))


@lru_cache(maxsize=256)
def _midnights(zone: str, year: int) -> tuple[Instant, ...]:
    """Those of a year and the next one's first: asked for again by each version of a team's policy."""
    place = _zone(zone)
    return tuple(_midnight(day, place) for day in (*_dates(year), date(year + 1, 1, 1)))


def _elapsed(span: _Span, n: int, gained: Ticks) -> int:
    """Milliseconds, rounded up, after which day `n` has gained that much."""
    worth = span.positions[n + 1] - span.positions[n]
    if gained <= 0:
        return 0
    return -(-gained * (span.starts[n + 1] - span.starts[n]) // worth)


def _running(total: Ticks, gains: list[Ticks]) -> Iterator[Ticks]:
    yield total
    for gain in gains:
        total += gain
        yield total


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"the time zone {name!r} is not known") from error


@lru_cache(maxsize=1024)
def _public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    from holidays import country_holidays  # 15 MB and a tenth of a second that most never need

    try:
        return frozenset(country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError as error:
        raise ValueError(f"public holidays are not known: {error}") from error
