"""Working days of stretches in report weeks. Called by show_capacity and show_person."""

from collections.abc import Sequence

from phasewise.core.calendar import days
from phasewise.core.stretches import Stretch, overlap
from phasewise.core.weeks import Week
from phasewise.usecases.moment import Moment


def span_of(at: Moment, week: Week) -> Stretch:
    """The week up to the instant."""
    return week.start, min(week.end, at.as_of)


def away_of(at: Moment, person: str) -> Sequence[Stretch]:
    """When somebody has leave; disjoint and in order."""
    return at.policies.leave.get(person, ())


def days_in(at: Moment, week: Week, stretches: Sequence[Stretch]) -> float:
    """Working days of disjoint stretches, in order, that lie in the week before the instant."""
    both = overlap(stretches, [span_of(at, week)])
    return days(sum(at.calendar.working_ticks(start, end) for start, end in both))
