"""The lanes of the portfolio page: of the hands that come first, the cards that fit. Called by
show_portfolio."""

from collections.abc import Iterable
from dataclasses import dataclass

from phasewise.core.model import Finding, Group, Phase, Rule, Severity
from phasewise.store.boards import IssueRow
from phasewise.usecases.as_of.hands import Hand, InHand, filled
from phasewise.usecases.as_of.scene import Scene, ticket_of
from phasewise.usecases.portfolio import CardFacts, LaneFacts, Ticket, Trouble

CARDS = 3
"""Cards in a column of a lane; the others are counted."""

LANES = 20
"""Lanes on the page; the board has all. What it costs is what it shows, however many people there are."""

WORST = (Severity.BREACH, Severity.WARNING, Severity.HINT)
PARKED = (Group.WATCHING, Group.PAUSED)
HELD = (Rule.ONE_ACTIVE, Rule.NOTHING_ACTIVE, Rule.WATCHING_OVER_CAP, Rule.PAUSED_OVER_CAP)
"""The rules about what a person holds: their findings stand in the person's lane."""


@dataclass(frozen=True, slots=True)
class Lanes:
    """The lanes that are shown; `more` people have one that is not, with `more_active` tickets."""

    shown: tuple[LaneFacts, ...]
    more: int
    more_active: tuple[Ticket, ...]


def lanes_of(scene: Scene, troubles: Iterable[tuple[Finding, Trouble]]) -> Lanes:
    """A lane for every hand, worst first; the one of nobody only if there is something in it, and last."""
    own: dict[str, list[Trouble]] = {}
    for finding, trouble in troubles:
        if finding.rule in HELD and finding.person is not None:
            own.setdefault(finding.person, []).append(trouble)

    def order(hand: Hand) -> tuple[int, str]:
        return _badness(scene, hand, own.get(hand.person or "", ())), (
            hand.name or hand.person or ""
        ).casefold()

    people = sorted((hand for hand in scene.hands if hand.person is not None), key=order)
    nobody = [hand for hand in scene.hands if hand.person is None]
    shown = [hand for hand in filled(scene.at, [*people[:LANES], *nobody]) if hand.person or hand.tasks]
    hidden = [held.task for hand in people[LANES:] for held in _in(hand, Group.ACTIVE)]
    seen = _knowing_cards(scene, shown)
    return Lanes(
        shown=tuple(_lane(seen, hand, tuple(own.get(hand.person or "", ()))) for hand in shown),
        more=len(people[LANES:]),
        more_active=tuple(ticket_of(scene.at, task) for task in hidden),
    )


def _knowing_cards(scene: Scene, hands: Iterable[Hand]) -> Scene:
    """The scene with what is said on the cards of these hands."""
    cards: set[int] = set()
    active: set[int] = set()
    for hand in hands:
        active.update(held.task.id for held in _in(hand, Group.ACTIVE))
        cards.update(held.task.id for group in ((Group.TODO,), PARKED) for held in _in(hand, *group)[:CARDS])
        cards.update(task.id for task in hand.done[-CARDS:])
    return scene.knowing(cards | active, active)


def _badness(scene: Scene, hand: Hand, troubles: Iterable[Trouble]) -> int:
    """What has to be looked at first: a broken limit, a warning, a hint. Among equals it is the name that
    decides, so that nobody is ranked by what they get done."""
    found = {trouble.severity for trouble in troubles}
    found |= {scene.severities[one.task.id] for one in hand.tasks if _is_marked(scene, one)}
    return min((WORST.index(severity) for severity in found), default=len(WORST))


def _is_marked(scene: Scene, held: InHand) -> bool:
    return held.group is Group.ACTIVE and held.task.id in scene.severities


def _lane(scene: Scene, hand: Hand, troubles: tuple[Trouble, ...]) -> LaneFacts:
    todo, parked = _in(hand, Group.TODO), _in(hand, *PARKED)
    return LaneFacts(
        person=None if hand.person is None else scene.person(hand.person),
        active=tuple(_card(scene, held) for held in _in(hand, Group.ACTIVE)),
        todo=tuple(_card(scene, held) for held in todo[:CARDS]),
        parked=tuple(_card(scene, held) for held in parked[:CARDS]),
        done=tuple(_done_card(scene, task) for task in reversed(hand.done[-CARDS:])),
        todo_more=max(0, len(todo) - CARDS),
        parked_more=max(0, len(parked) - CARDS),
        done_more=max(0, len(hand.done) - CARDS),
        troubles=troubles,
    )


def _in(hand: Hand, *groups: Group) -> list[InHand]:
    return [held for held in hand.tasks if held.group in groups]


def _card(scene: Scene, held: InHand) -> CardFacts:
    is_active = held.group is Group.ACTIVE
    life = scene.lives.get(held.task.id)
    phase, project = _place(scene, held.task.id)
    return CardFacts(
        ticket=ticket_of(scene.at, held.task),
        project=project,
        phase=phase,
        group=held.group,
        age_days=life.age_days(scene.at) if is_active and life is not None else None,
        severity=scene.severities.get(held.task.id) if is_active else None,
        flagged=held.flagged,
        limits=scene.at.of_project(scene.project_of(held.task.id) or 0).limits,
    )


def _done_card(scene: Scene, task: IssueRow) -> CardFacts:
    phase, project = _place(scene, task.id)
    return CardFacts(ticket_of(scene.at, task), project, phase, Group.DONE)


def _place(scene: Scene, task: int) -> tuple[Phase, Ticket | None]:
    place = scene.places.get(task)
    if place is None:
        return Phase.NONE, None
    return place.phase, None if place.project is None else scene.epics.get(place.project)
