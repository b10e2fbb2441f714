"""How far a team kept to one active ticket per person in a week: a number of the team, never of a person.

Called for audits and for the weekly numbers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phasewise.core.calendar import Calendar, Ticks
from phasewise.core.model import Instant
from phasewise.core.stretches import Stretch, overlap
from phasewise.core.weeks import Week


@dataclass(frozen=True, slots=True)
class Share:
    """Person-time in a week, of the whole team: with an active ticket, and over the limit."""

    active: Ticks
    over: Ticks

    @property
    def kept(self) -> float | None:
        """The compliance: 1 - over / active; None without active time."""
        return 1 - self.over / self.active if self.active else None


def share_of(
    active: Iterable[Sequence[Stretch]],
    over: Iterable[tuple[Instant, Stretch]],
    week: Week,
    calendar: Calendar,
) -> Share:
    """Of one week, as seen at its end, which is the report's instant.

    `active`: for each person, when there was an active ticket, disjoint and in order. `over`: from when a
    stretch over the limit was known, and the stretch; what is within the grace at the end is not over.
    """
    return Share(
        active=sum(_ticks_in(week, calendar, mine) for mine in active),
        over=sum(_ticks_in(week, calendar, [stretch]) for known, stretch in over if known < week.end),
    )


def _ticks_in(week: Week, calendar: Calendar, stretches: Sequence[Stretch]) -> Ticks:
    both = overlap(stretches, [(week.start, week.end)])
    return sum(calendar.working_ticks(start, end) for start, end in both)
