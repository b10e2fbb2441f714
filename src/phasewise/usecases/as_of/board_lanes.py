"""The lanes of the board page: which of them, in which order, and the cards that fit. By show_board."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from phasewise.core.model import Finding, Group, Instant, Phase, Rule, Severity
from phasewise.store.boards import issues_by_id
from phasewise.store.finding_pages import open_five_days, open_of_rule
from phasewise.store.hands import is_any_nobodys
from phasewise.store.portfolio import Place
from phasewise.usecases.as_of.board import lanes
from phasewise.usecases.as_of.hands import (
    Hand,
    InHand,
    filled,
    hands_at,
    hands_under_way,
    place_of,
    places_of,
)
from phasewise.usecases.board import BoardLane, Wanted
from phasewise.usecases.moment import Moment
from phasewise.usecases.portfolio import CardFacts, Person, Ticket
from phasewise.usecases.views import Card

WAITING = 3
"""Cards not started that a lane shows, unless it is the only one; the others are counted."""

LANES = 40
"""Lanes on a page: what it costs is what it shows, however many people there are."""

WORST = (Severity.BREACH, Severity.WARNING)


@dataclass(frozen=True, slots=True)
class Sight:
    """Everybody's hands, and what decides about their order: the five-day findings by task, and since when
    whose limit of active tickets is broken.

    In the hands is what is `wanted`; of what is not started, unless a phase is wanted, only what is near or
    over its limit: the rest is looked up where it is shown.
    """

    at: Moment
    wanted: Wanted
    hands: tuple[Hand, ...]
    severities: Mapping[int, Severity]
    broken: Mapping[str, Instant]
    places: Mapping[int, Place]
    nobodys_wait: bool
    """Whether something that is not started is nobody's."""

    def phases(self) -> Counter[Phase]:
        """The tasks under way by phase, of those whose hands are wanted and, where only what is active is,
        of these alone; a task in several hands is one."""
        held = (one for hand in self.hands if _is_wanted(self, hand) for one in hand.tasks)
        listed = {one.task.id for one in held if _is_under_way(one) and _is_listed(self, one)}
        return Counter(self.phase_of(task) for task in listed)

    def phase_of(self, task: int) -> Phase:
        place = self.places.get(task)
        return Phase.NONE if place is None else place.phase


def sight_at(at: Moment, wanted: Wanted) -> Sight:
    """What is in everybody's hands, as far as it decides who is shown, and in which order."""
    severities = open_five_days(at.connection, at.site_id, at.as_of, None, at.strengths)
    hands = hands_under_way(at, severities) if wanted.phase is None else hands_at(at)
    held = [one for hand in hands for one in hand.tasks]
    placed = [one for one in held if wanted.phase is not None or _is_under_way(one)]
    return Sight(
        at=at,
        wanted=wanted,
        hands=tuple(hands),
        severities=severities,
        broken={one.person: one.start for one in _broken(at) if one.person is not None},
        places=places_of(at, placed),
        nobodys_wait=is_any_nobodys(at.connection, at.site_id, at.as_of, (Group.TODO,)),
    )


def chosen_hands(sight: Sight) -> list[Hand]:
    """The hands that are wanted, worst first; among equals it is the name that decides, so that nobody is
    ranked by what they get done. What is nobody's comes last, if there is any."""
    found = [replace(hand, tasks=_chosen(sight, hand)) for hand in sight.hands if _is_wanted(sight, hand)]
    kept = [hand for hand in found if hand.tasks or _is_shown_bare(sight, hand)]
    return sorted(kept, key=lambda hand: (hand.person is None, _badness(sight, hand), place_of(hand)))


def page_of(hands: Sequence[Hand], page: int) -> Sequence[Hand]:
    return hands[(page - 1) * LANES : page * LANES]


def lanes_of(sight: Sight, hands: Sequence[Hand], *, waiting: int | None) -> tuple[BoardLane, ...]:
    """The lanes of these hands, in their order, with all that is wanted of them; `waiting`: how many cards
    not started each may show."""
    hands = [replace(hand, tasks=_chosen(sight, hand)) for hand in filled(sight.at, hands)]
    cut = [replace(hand, tasks=_cut(sight, hand, waiting)) for hand in hands]
    rows = lanes(sight.at, cut, sight.severities)
    projects = _projects(sight.at, [card for row in rows for card in row.cards])
    return tuple(
        BoardLane(
            person=None if row.person is None else Person(row.person, row.display_name),
            cards=tuple(sorted((_card(sight, card, projects) for card in row.cards), key=_oldest_first)),
            active=hand.active_count,
            broken_since=sight.broken.get(row.person or ""),
            waiting_more=len(hand.tasks) - len(short.tasks),
            limits=None if row.person is None else sight.at.of_person(row.person).limits,
        )
        for row, hand, short in zip(rows, hands, cut, strict=True)
    )


def _team_of(at: Moment, person: str | None) -> str | None:
    """The team that a person is in; what is nobody's is no team's."""
    return None if person is None else at.policies.rulebook.team_of(person, at.as_of)


def _is_under_way(held: InHand) -> bool:
    return held.group is not Group.TODO


def _broken(at: Moment) -> list[Finding]:
    return open_of_rule(at.connection, at.site_id, at.as_of, Rule.ONE_ACTIVE, at.strengths)


def _chosen(sight: Sight, hand: Hand) -> tuple[InHand, ...]:
    wanted = sight.wanted
    return tuple(
        held
        for held in hand.tasks
        if (wanted.phase is None or sight.phase_of(held.task.id) is wanted.phase) and _is_listed(sight, held)
    )


def _is_wanted(sight: Sight, hand: Hand) -> bool:
    """Whether it is the hand of the person, and of somebody of the team, that are asked for."""
    wanted = sight.wanted
    of_team = wanted.team is None or _team_of(sight.at, hand.person) == wanted.team
    return of_team and (wanted.person is None or hand.person == wanted.person)


def _is_listed(sight: Sight, held: InHand) -> bool:
    return not sight.wanted.only_active or held.group is Group.ACTIVE


def _is_shown_bare(sight: Sight, hand: Hand) -> bool:
    """Unless only some cards are wanted, a person without any has a lane all the same, and nobody has one
    for what is not started."""
    if sight.wanted.phase is not None:
        return False
    return hand.person is not None or (sight.nobodys_wait and not sight.wanted.only_active)


def _badness(sight: Sight, hand: Hand) -> int:
    if hand.person in sight.broken:
        return 0
    severities = (sight.severities.get(held.task.id) for held in hand.tasks)
    return min((WORST.index(one) for one in severities if one in WORST), default=len(WORST))


def _cut(sight: Sight, hand: Hand, waiting: int | None) -> tuple[InHand, ...]:
    """All that is under way, and of the rest what is near or over its limit before what is not."""
    rest = [held for held in hand.tasks if not _is_under_way(held)]
    rest.sort(key=lambda held: held.task.id not in sight.severities)
    return (*filter(_is_under_way, hand.tasks), *rest[:waiting])


def _projects(at: Moment, cards: Sequence[Card]) -> dict[int, Ticket]:
    rows = issues_by_id(at.connection, at.site_id, {int(card.project) for card in cards if card.project})
    return {row.id: Ticket(row.id, row.key, row.summary, at.url(row.key)) for row in rows.values()}


def _card(sight: Sight, card: Card, projects: Mapping[int, Ticket]) -> CardFacts:
    task = int(card.id)
    return CardFacts(
        ticket=Ticket(task, card.key, card.summary, sight.at.url(card.key)),
        project=projects.get(int(card.project)) if card.project else None,
        phase=card.phase,
        group=card.status_group,
        age_days=card.age_days,
        severity=sight.severities.get(task),
        flagged=card.flagged,
        limits=sight.at.of_project(int(card.project or 0)).limits,
        team=sight.at.policies.team_of(int(card.project or 0)),
    )


def _oldest_first(card: CardFacts) -> tuple[float, int, str]:
    return (-(card.age_days or 0.0), len(card.ticket.key), card.ticket.key)
