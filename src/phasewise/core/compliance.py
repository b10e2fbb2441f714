"""How far a team kept to one active ticket per person in a week. Called for the weekly numbers."""

from collections.abc import Iterable, Sequence

from phasewise.core.calendar import Calendar, Ticks
from phasewise.core.findings import seen_at
from phasewise.core.model import Group, Limits
from phasewise.core.rules import Held, one_active
from phasewise.core.stretches import Stretch, merged, overlap, until
from phasewise.core.weeks import Week


def compliance(
    persons: Iterable[Sequence[Held]], week: Week, calendar: Calendar, limits: Limits
) -> float | None:
    """1 - (person-time over the limit) / (person-time with an active ticket), in working time.

    `persons`: for each person, all that the person holds. As seen at the end of the week, which is the
    report's instant: over the limit is the time of the `one_active` findings known then, so a stretch that
    is within the grace is not over. None without active time.
    """
    over = active = 0
    for held in persons:
        working = [one.interval for one in held if one.interval.group is Group.ACTIVE]
        active += _ticks_in(week, calendar, ((one.start, until(one.end)) for one in working))
        known = [seen_at(finding, week.end) for finding in one_active(held, limits)]
        over += _ticks_in(week, calendar, ((f.start, until(f.end)) for f in known if f is not None))
    return None if not active else 1 - over / active


def _ticks_in(week: Week, calendar: Calendar, stretches: Iterable[Stretch]) -> Ticks:
    both = overlap(merged(stretches), [(week.start, week.end)])
    return sum(calendar.working_ticks(start, end) for start, end in both)
