"""People and what they had in hand at an instant. Called by show_people and export_table."""

from collections.abc import Iterable

from phasewise.core.model import Group
from phasewise.usecases.as_of.hands import Hand
from phasewise.usecases.moment import Moment
from phasewise.usecases.views import PersonShown


def person_rows(at: Moment, hands: Iterable[Hand]) -> list[PersonShown]:
    """Everybody's hand as task keys; what is nobody's is left out."""
    return [_person_row(at, hand, hand.person) for hand in hands if hand.person is not None]


def _person_row(at: Moment, hand: Hand, person: str) -> PersonShown:
    return PersonShown(
        id=person,
        display_name=hand.name,
        team=at.policies.rulebook.team_of(person, at.as_of),
        active=hand.keys(Group.ACTIVE),
        watching=hand.keys(Group.WATCHING),
        paused=hand.keys(Group.PAUSED),
        done_last_7_days=len(hand.done),
        done_keys=[task.key for task in hand.done],
        over_limit=hand.active_count > at.policies.limit_of(person, at.as_of),
    )
