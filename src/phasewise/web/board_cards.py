"""The lanes and cards of the board: facts become what is printed. Called by `board`."""

from phasewise.core.model import Group, Limits, Severity
from phasewise.core.values import value
from phasewise.i18n.speaking import _, marked
from phasewise.usecases import board as facts
from phasewise.usecases.portfolio import CardFacts, Person
from phasewise.web import wording
from phasewise.web.dates import Dates
from phasewise.web.lanes import age_note, pips_of
from phasewise.web.values import PhaseTag, Pips
from phasewise.web.wording import TONES, days_text, phase_tag

COLUMNS = (
    (Group.ACTIVE, marked("Active")),
    (Group.WATCHING, marked("Watching")),
    (Group.PAUSED, marked("Paused")),
    (Group.TODO, marked("Next")),
)
STATE_WORDS = {
    Group.ACTIVE: marked("active"),
    Group.WATCHING: marked("watching"),
    Group.PAUSED: marked("paused"),
    Group.TODO: marked("next"),
}


@value(frozen=True, slots=True)
class CardView:
    """A card. `spoken` is what is read of it besides its title; `mark` is flagged, or empty; `tone` bad over
    the limit, warn near it. `who` is set where the card stands outside of a lane; leads of the
    `team` may move it."""

    id: str
    key: str
    title: str
    href: str | None
    phase: PhaseTag
    project: str
    age: str
    age_note: str
    tone: str
    pips: Pips | None
    mark: str
    spoken: str
    who: str
    initials: str
    team: str


@value(frozen=True, slots=True)
class Column:
    """The cards of a lane in one state. `empty_text` is said where that is worth saying."""

    name: str
    title: str
    cards: tuple[CardView, ...]
    more: str
    empty_text: str


@value(frozen=True, slots=True)
class BoardLane:
    """One person's lane; `hand` says how many tickets are active, `tone` is bad where that is too many."""

    anchor: str
    name: str
    initials: str
    href: str | None
    hand: str
    tone: str
    idle: bool
    columns: tuple[Column, ...]


def lane_of(lane: facts.BoardLane, anchor: str, limits: Limits, dates: Dates, href: str | None) -> BoardLane:
    """A lane with a column for each state."""
    is_idle = lane.person is not None and lane.active == 0
    own = lane.limits or limits
    return BoardLane(
        anchor=anchor,
        name=_name(lane.person),
        initials=_initials(lane.person),
        href=href,
        hand=_hand(lane, own, dates),
        tone="bad" if lane.broken_since is not None else "",
        idle=is_idle,
        columns=tuple(
            Column(
                name=group.value,
                title=_(title),
                cards=tuple(card_of(card, limits) for card in lane.cards if card.group is group),
                more=_("and %(rest)s more", rest=lane.waiting_more)
                if group is Group.TODO and lane.waiting_more
                else "",
                empty_text=_nothing(lane) if group is Group.ACTIVE else "",
            )
            for group, title in COLUMNS
        ),
    )


def standup_of(board: facts.Board) -> tuple[CardView, ...]:
    """Every active card, the oldest first, with whose it is."""
    found = [(card, lane.person) for lane in board.lanes for card in lane.cards]
    found.sort(key=lambda one: (-(one[0].age_days or 0.0), len(one[0].ticket.key), one[0].ticket.key))
    return tuple(card_of(card, board.limits, _name(person), _initials(person)) for card, person in found)


def card_of(card: CardFacts, limits: Limits, who: str = "", initials: str = "") -> CardView:
    """One card; what never was active has no age. `limits` count where the card has none of its own."""
    limits = card.limits or limits
    age = card.age_days or 0.0
    tone = "" if card.severity is None else TONES[card.severity]
    note = age_note(age, limits.five_days, tone)
    is_aged = age > 0 or card.group is Group.ACTIVE
    mark = _("flagged") if card.flagged else ""
    age_said = _("%(days)s active", days=days_text(age)) if is_aged else ""
    said = [_(STATE_WORDS[card.group]), mark, age_said, note]
    if card.severity is Severity.BREACH:
        said.append(_("limit broken"))
    return CardView(
        id=str(card.ticket.id),
        key=card.ticket.key,
        title=card.ticket.summary,
        href=wording.safe_href(card.ticket.url),
        phase=phase_tag(card.phase),
        project=card.project.summary if card.project else _("No project"),
        age=days_text(age) if is_aged else "",
        age_note=note if is_aged else "",
        tone=tone,
        pips=pips_of(age, limits.five_days) if is_aged else None,
        mark=mark,
        spoken=wording.comma_list(filter(None, said)),
        who=who,
        initials=initials,
        team=card.team,
    )


def _nothing(lane: facts.BoardLane) -> str:
    """What is said where nothing is active; empty where something is."""
    if lane.active:
        return ""
    return _("Every active ticket has an assignee") if lane.person is None else _("Nothing active")


def _name(person: Person | None) -> str:
    return _("Nobody") if person is None else person.name or _("Unknown person")


def _initials(person: Person | None) -> str:
    return "–" if person is None else wording.initials(person.name)


def _hand(lane: facts.BoardLane, limits: Limits, dates: Dates) -> str:
    if lane.person is None:
        return _("tickets without an assignee")
    if lane.broken_since is not None:
        return _(
            "%(active)s active, limit %(limit)s, since %(day)s",
            active=lane.active,
            limit=limits.one_active,
            day=dates.day(lane.broken_since),
        )
    return _("%(active)s of %(limit)s active", active=lane.active, limit=limits.one_active)
