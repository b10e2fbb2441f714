"""What people have in hand, and how full their weeks were. Called by show_capacity and the tables of exports.

There is no order by outcome: they come by name.
"""

from collections.abc import Sequence

from phasewise.core.model import Group
from phasewise.core.stretches import Stretch
from phasewise.core.weeks import Week
from phasewise.store.hands import names_of
from phasewise.store.replay import active_between
from phasewise.usecases.as_of.hands import Hand, hands_at, place_of
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.week_days import away_of, days_in
from phasewise.usecases.moment import Moment
from phasewise.usecases.person import Loaded
from phasewise.usecases.portfolio import Person


def loads_at(at: Moment, weeks: Sequence[Week], team: str | None = None) -> tuple[Loaded, ...]:
    """Who has a task that is not done, or had active time in these weeks; of a team, or of all."""
    whole = [(weeks[0].start, at.as_of)]
    active = active_between(at.connection, at.site_id, weeks[0].start, at.as_of)
    hands = [hand for hand in hands_at(at) if hand.person is not None]
    others = active.keys() - {hand.person for hand in hands}
    names = names_of(at.connection, at.site_id, others)
    everybody = sorted([*hands, *(Hand(one, names.get(one)) for one in others)], key=place_of)
    return tuple(
        Loaded(
            person=Person(hand.person or "", hand.name),
            active=tuple(ticket_of(at, one.task) for one in hand.tasks if Group.ACTIVE in one.groups),
            watching=len(hand.keys(Group.WATCHING)),
            paused=len(hand.keys(Group.PAUSED)),
            days=_days(at, hand.person or "", active.get(hand.person or "", []), weeks),
            away=_days(at, hand.person or "", away_of(at, hand.person or ""), weeks),
            work_days=_days(at, hand.person or "", whole, weeks),
        )
        for hand in everybody
        if team in (None, at.policies.rulebook.team_of(hand.person or "", at.as_of))
    )


def _days(at: Moment, person: str, stretches: Sequence[Stretch], weeks: Sequence[Week]) -> tuple[float, ...]:
    """Working days of stretches in each week, by the calendar of the person's team."""
    mine = at.of_person(person)
    return tuple(days_in(mine, week, stretches) for week in weeks)
