"""When people are away. A task does not age while whose it is has leave; every other number goes by the
team's calendar alone. Made where a policy is read, used by `rules`.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from phasewise.core.calendar import Calendar
from phasewise.core.stretches import Stretch, merged

Leave = Mapping[str, Sequence[Stretch]]
"""By person id, the time away: disjoint stretches in order."""

NO_LEAVE: Leave = {}


def leave_of(days: Mapping[str, Sequence[tuple[str, str]]], calendar: Calendar) -> Leave:
    """From the first and the last day of each leave, as ISO dates: whole days in the team's zone."""
    return {person: merged(_away(*one, calendar) for one in some) for person, some in days.items()}


def _away(first: str, last: str, calendar: Calendar) -> Stretch:
    end = date.fromisoformat(last) + timedelta(days=1)
    return calendar.midnight(date.fromisoformat(first)), calendar.midnight(end)
