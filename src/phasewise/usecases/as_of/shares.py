"""How far people kept to one active ticket, as a number of all together. For show_compliance and audits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from phasewise.core.compliance import Share, share_of
from phasewise.core.model import Instant
from phasewise.core.stretches import Stretch
from phasewise.core.weeks import Week
from phasewise.store.replay import active_between, over_between
from phasewise.usecases.moment import Moment


def shares_at(at: Moment, weeks: Sequence[Week]) -> list[Share]:
    """The share of each week, oldest first; of one that still runs, up to the instant."""
    active = active_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    over = over_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    return [_share(at, replace(week, end=min(week.end, at.as_of)), active, over) for week in weeks]


def _share(
    at: Moment,
    week: Week,
    active: Mapping[str, Sequence[Stretch]],
    over: Mapping[str, Sequence[tuple[Instant, Stretch]]],
) -> Share:
    """Each person's time by the calendar of their team."""
    shares = [
        share_of([mine], over.get(person, ()), week, at.policies.for_person(person).calendar)
        for person, mine in active.items()
    ]
    return Share(sum(one.active for one in shares), sum(one.over for one in shares))
