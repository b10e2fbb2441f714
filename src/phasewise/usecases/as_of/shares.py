"""How far people kept to one active ticket, as a number of all together. For pages, exports, audits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from phasewise.core.calendar import days
from phasewise.core.compliance import Share, share_of
from phasewise.core.model import Instant
from phasewise.core.stretches import FOREVER, Stretch, overlap
from phasewise.core.weeks import Week
from phasewise.store.replay import active_between, over_between
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import WeekCompliance

FEWEST = 2
"""Of fewer people a team has no number: it would be somebody's."""


def shares_at(at: Moment, weeks: Sequence[Week]) -> list[Share]:
    """The share of each week, oldest first; of one that still runs, up to the instant."""
    active = active_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    over = over_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    return [_share(at, replace(week, end=min(week.end, at.as_of)), active, over) for week in weeks]


def shares_of_team(at: Moment, weeks: Sequence[Week], team: str) -> list[Share | None]:
    """The same of the time that people were in a team; None of a week in which fewer than two of them had
    an active ticket."""
    active = active_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    over = over_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    turns = {person: _in_team(at, person, team) for person in active}
    mine = {person: overlap(stretches, turns[person]) for person, stretches in active.items()}
    above = {
        person: [(known, piece) for known, one in found for piece in overlap([one], turns.get(person, []))]
        for person, found in over.items()
    }
    return [_of_several(at, replace(week, end=min(week.end, at.as_of)), mine, above) for week in weeks]


def week_rows(weeks: Sequence[Week], shares: Sequence[Share | None]) -> list[WeekCompliance]:
    """Of each week its share, as the API has it; without one the numbers are withheld, not zero."""
    return [_week_row(week, share) for week, share in zip(weeks, shares, strict=True)]


def _week_row(week: Week, share: Share | None) -> WeekCompliance:
    return WeekCompliance(
        label=week.label,
        start=week.start,
        end=week.end,
        compliance=None if share is None or share.kept is None else round(share.kept, 3),
        active_person_days=None if share is None else days(share.active),
        over_person_days=None if share is None else days(share.over),
    )


def _in_team(at: Moment, person: str, team: str) -> list[Stretch]:
    turns = at.policies.rulebook.teams_of(person)
    ends = [start for start, _ in turns[1:]] + [FOREVER]
    return [(start, end) for (start, name), end in zip(turns, ends, strict=True) if name == team]


def _of_several(
    at: Moment,
    week: Week,
    active: Mapping[str, Sequence[Stretch]],
    over: Mapping[str, Sequence[tuple[Instant, Stretch]]],
) -> Share | None:
    there = [person for person, mine in active.items() if overlap(mine, [(week.start, week.end)])]
    return _share(at, week, active, over) if len(there) >= FEWEST else None


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
