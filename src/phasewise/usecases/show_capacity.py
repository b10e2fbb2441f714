"""People by name, and how full their weeks were: for the page /people. There is no order by outcome."""

from collections.abc import Sequence

from phasewise.core.model import Group, Instant
from phasewise.core.stretches import Stretch
from phasewise.core.weeks import Week, weeks_up_to
from phasewise.store.hands import names_of
from phasewise.store.replay import active_between
from phasewise.usecases.as_of.frame import frame_at
from phasewise.usecases.as_of.hands import Hand, hands_at, place_of
from phasewise.usecases.as_of.scene import ticket_of
from phasewise.usecases.as_of.week_days import away_of, days_in
from phasewise.usecases.deps import Deps
from phasewise.usecases.moment import Moment, moment
from phasewise.usecases.person import Capacity, Loaded
from phasewise.usecases.portfolio import Person


def show_capacity(deps: Deps, as_of: Instant | None, weeks: int, team: str | None = None) -> Capacity:
    """Who has a task that is not done, or had active time in the last weeks, at `as_of` (None: now); of a
    team, or of all."""
    with moment(deps, as_of) as at:
        shown = weeks_up_to(at.as_of, weeks, at.calendar)
        whole = [(shown[0].start, at.as_of)]
        active = active_between(at.connection, at.site_id, shown[0].start, at.as_of)
        hands = [hand for hand in hands_at(at) if hand.person is not None]
        others = active.keys() - {hand.person for hand in hands}
        names = names_of(at.connection, at.site_id, others)
        everybody = sorted([*hands, *(Hand(one, names.get(one)) for one in others)], key=place_of)
        people = tuple(
            Loaded(
                person=Person(hand.person or "", hand.name),
                active=tuple(ticket_of(at, one.task) for one in hand.tasks if Group.ACTIVE in one.groups),
                watching=len(hand.keys(Group.WATCHING)),
                paused=len(hand.keys(Group.PAUSED)),
                days=_days(at, hand.person or "", active.get(hand.person or "", []), shown),
                away=_days(at, hand.person or "", away_of(at, hand.person or ""), shown),
                work_days=_days(at, hand.person or "", whole, shown),
            )
            for hand in everybody
            if team in (None, at.policies.rulebook.team_of(hand.person or "", at.as_of))
        )
        return Capacity(frame_at(deps, at), shown, people, at.policies.team_names())


def _days(at: Moment, person: str, stretches: Sequence[Stretch], weeks: Sequence[Week]) -> tuple[float, ...]:
    """Working days of stretches in each week, by the calendar of the person's team."""
    mine = at.of_person(person)
    return tuple(days_in(mine, week, stretches) for week in weeks)
