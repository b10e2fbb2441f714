"""Working time, date by date and midnight by midnight, in exact fractions of a working day."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from math import ceil, floor
from zoneinfo import ZoneInfo

import holidays

from tests.naive.facts import Policy

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
Span = tuple[int, int]


@cache
def holidays_of(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))


class Days:
    """The dates of one team: when each begins, and whether it is worked."""

    def __init__(self, policy: Policy) -> None:
        self.zone = ZoneInfo(policy.zone)
        self.policy = policy
        self.known: dict[date, tuple[int, bool]] = {}

    def date_of(self, at: int) -> date:
        return (EPOCH + timedelta(milliseconds=at)).astimezone(self.zone).date()

    def midnight(self, day: date) -> int:
        return self.day(day)[0]

    def works(self, day: date) -> bool:
        return self.day(day)[1]

    def day(self, day: date) -> tuple[int, bool]:
        if day not in self.known:
            begin = datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)
            self.known[day] = ((begin - EPOCH) // timedelta(milliseconds=1), self.is_worked(day))
        return self.known[day]

    def is_worked(self, day: date) -> bool:
        if day.isoformat() in self.policy.removed:
            return False
        if day.isoformat() in self.policy.extra:
            return True
        return day.weekday() in self.policy.weekdays and not self.is_holiday(day)

    def is_holiday(self, day: date) -> bool:
        if self.policy.country is None:
            return False
        return day in holidays_of(self.policy.country, self.policy.subdivision, day.year)

    def worked(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """The parts of `[start, end)` that lie in worked dates: from, to, and how long that date is."""
        day = self.date_of(start)
        while self.midnight(day) < end:
            begin, finish = self.midnight(day), self.midnight(day + DAY)
            if self.works(day) and max(start, begin) < min(end, finish):
                yield max(start, begin), min(end, finish), finish - begin
            day += DAY

    def working_days(self, start: int, end: int) -> Fraction:
        parts = [(to - frm, length) for frm, to, length in self.worked(start, end)]
        whole = sum(part == length for part, length in parts)
        return sum((Fraction(part, length) for part, length in parts if part != length), Fraction(whole))

    def total(self, spans: Iterable[Span]) -> Fraction:
        return sum((self.working_days(start, end) for start, end in spans), Fraction(0))

    def reached(self, spans: Iterable[Span], target: Fraction) -> int | None:
        """The first millisecond at which the spans, one by one, amount to `target` days."""
        amount = Fraction(0)
        for start, end in spans:
            for frm, to, length in self.worked(start, end):
                if amount + Fraction(to - frm, length) >= target:
                    return frm + max(0, ceil((target - amount) * length))
                amount += Fraction(to - frm, length)
        return None

    def exceeded(self, spans: Iterable[Span], target: Fraction) -> int | None:
        """The last millisecond before they amount to more than `target` days, if they ever do."""
        amount = Fraction(0)
        for start, end in spans:
            for frm, to, length in self.worked(start, end):
                if amount + Fraction(to - frm, length) > target:
                    return frm + max(0, floor((target - amount) * length))
                amount += Fraction(to - frm, length)
        return None
