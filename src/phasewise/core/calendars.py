"""A calendar whose rules changed: each instant counts by the rules in force then, so that a change never
rewrites the working time before it. Made by `rulebook`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

from phasewise.core.calendar import Calendar, Ticks, calendar_of
from phasewise.core.model import CalendarRules, Instant

Dated = tuple[Instant, CalendarRules]
"""Rules, and from when they are in force."""


def calendar_by(dated: Sequence[Dated]) -> Calendar:
    """The calendar of rules in order of their instants; what lies before the first counts by the first."""
    changes = [one for n, one in enumerate(dated) if n == 0 or one[1] != dated[n - 1][1]]
    return calendar_of(changes[0][1]) if len(changes) == 1 else _changing(tuple(changes))


@lru_cache(maxsize=256)
def _changing(dated: tuple[Dated, ...]) -> Calendar:
    return ChangingCalendar(dated)


class ChangingCalendar(Calendar):
    """Calendars one after another. `starts` are the instants of change; part `n` lies before `starts[n]`, the
    last one after all. A position in a part is the part's own, and what the ones before it are ahead."""

    def __init__(self, dated: Sequence[Dated]) -> None:
        self.rules = dated[-1][1]
        self._parts = [calendar_of(rules) for _, rules in dated]
        self._starts = [start for start, _ in dated[1:]]
        self._ahead: list[Ticks] = [0]
        self._reached: list[Ticks] = []
        for start, (before, after) in zip(self._starts, pairwise(self._parts), strict=True):
            reached = self._ahead[-1] + before.position(start)
            self._reached.append(reached)
            self._ahead.append(reached - after.position(start))

    def week_days_at(self, at: Instant) -> int:
        return self._part_at(at).week_days_at(at)

    def is_working(self, day: date) -> bool:
        return self._part_at(self.midnight(day)).is_working(day)

    def midnight(self, day: date) -> Instant:
        """As the rules have it that are in force at that midnight."""
        later = zip(reversed(self._parts[1:]), reversed(self._starts), strict=True)
        begun = (midnight for part, start in later if (midnight := part.midnight(day)) >= start)
        return next(begun, self._parts[0].midnight(day))

    def local_date(self, at: Instant) -> date:
        return self._part_at(at).local_date(at)

    def position(self, at: Instant) -> Ticks:
        n = bisect_right(self._starts, at)
        return self._ahead[n] + self._parts[n].position(at)

    def working_ticks(self, start: Instant, end: Instant) -> Ticks:
        return self.position(end) - self.position(start)

    def first_at(self, position: Ticks) -> Instant:
        n = bisect_left(self._reached, position)
        return self._parts[n].first_at(position - self._ahead[n])

    def first_after(self, position: Ticks) -> Instant:
        n = bisect_right(self._reached, position)
        return self._parts[n].first_after(position - self._ahead[n])

    def _part_at(self, at: Instant) -> Calendar:
        return self._parts[bisect_right(self._starts, at)]
