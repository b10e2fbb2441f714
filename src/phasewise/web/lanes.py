"""Who is on what: one lane a person, worst first, then by name. Called by present."""

from phasewise.core.model import Group, Limits, Rule, Severity
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.usecases.portfolio import CardFacts, LaneFacts, Portfolio, Trouble
from phasewise.web import values, wording
from phasewise.web.dates import Dates
from phasewise.web.wording import TONES, days_text, phase_tag

MOST_PIPS = 10
"""A ticket far over the limit says so in words; more pips would push its title away."""

PIP_STEP, PIP_WIDTH = 11, 9


def lanes_of(facts: Portfolio, dates: Dates) -> tuple[tuple[values.Lane, ...], dict[str, str]]:
    """The lanes in order, and the anchor of each person's lane by person id. Nobody's lane is the last."""
    ordered = sorted(facts.lanes, key=_badness)
    lanes = tuple(_lane(lane, f"lane-{n}", facts, dates) for n, lane in enumerate(ordered, 1))
    anchors = {lane.person.id: f"lane-{n}" for n, lane in enumerate(ordered, 1) if lane.person is not None}
    return lanes, anchors


def _badness(lane: LaneFacts) -> tuple[bool, int, str]:
    """What has to be looked at first: a broken limit, a warning, a hint. Among equals it is the name that
    decides, so that nobody is ranked by what they get done."""
    severities = {trouble.severity for trouble in lane.troubles}
    severities |= {card.severity for card in lane.active if card.severity is not None}
    order = (Severity.BREACH, Severity.WARNING, Severity.HINT)
    worst = min((order.index(severity) for severity in severities), default=len(order))
    name = (lane.person.name or lane.person.id) if lane.person else ""
    return lane.person is None, worst, name.casefold()


def _lane(lane: LaneFacts, anchor: str, facts: Portfolio, dates: Dates) -> values.Lane:
    trouble = _worst(lane)
    name = _("Nobody") if lane.person is None else lane.person.name or _("Unknown person")
    return values.Lane(
        anchor=anchor,
        name=name,
        initials="–" if lane.person is None else wording.initials(lane.person.name),
        note=_note(lane, trouble, facts, dates),
        tone="" if trouble is None else TONES[trouble.severity],
        active=tuple(_card(card, card.limits or facts.limits) for card in lane.active),
        empty_text=_("Nothing active") if lane.person else _("Every active ticket has an assignee"),
        columns=(
            _column(_("Next"), lane.todo, lane.todo_more),
            _column(_("Watching, paused"), lane.parked, lane.parked_more),
            _column(_("Done, last 7 days"), lane.done, lane.done_more),
        ),
    )


def _worst(lane: LaneFacts) -> Trouble | None:
    own = [trouble for trouble in lane.troubles if trouble.rule is not Rule.FIVE_DAYS]
    order = (Severity.BREACH, Severity.WARNING, Severity.HINT)
    return min(own, key=lambda trouble: (order.index(trouble.severity), trouble.since), default=None)


def _note(lane: LaneFacts, trouble: Trouble | None, facts: Portfolio, dates: Dates) -> str:
    if lane.person is None:
        return _("tickets without an assignee")
    if trouble is None:
        return ""
    held = len(trouble.tickets)
    limits = trouble.limits or facts.limits
    notes = {
        Rule.ONE_ACTIVE: ngettext(
            "%(num)s active ticket, limit %(limit)s",
            "%(num)s active tickets, limit %(limit)s",
            held,
            limit=limits.one_active,
        ),
        Rule.NOTHING_ACTIVE: _("Idle since %(day)s", day=dates.day(trouble.since)),
        Rule.WATCHING_OVER_CAP: _("%(held)s watched, limit %(limit)s", held=held, limit=limits.watching),
        Rule.PAUSED_OVER_CAP: _("%(held)s paused, limit %(limit)s", held=held, limit=limits.paused),
    }
    return notes.get(trouble.rule, "")


def _card(card: CardFacts, limits: Limits) -> values.Card:
    age = card.age_days or 0.0
    tone = "" if card.severity is None else TONES[card.severity]
    return values.Card(
        key=card.ticket.key,
        title=card.ticket.summary,
        href=wording.safe_href(card.ticket.url),
        phase=phase_tag(card.phase),
        project=card.project.summary if card.project else _("No project"),
        age=days_text(age),
        age_note=age_note(age, limits.five_days, tone),
        tone=tone,
        pips=pips_of(age, limits.five_days),
    )


def age_note(age: float, limit: float, tone: str) -> str:
    """How far over the limit a ticket is; or that it is near it, where its tone says so."""
    over = age - limit
    if over > 0:
        return _("%(days)s over", days=wording.number(over)) if over >= 0.05 else _("just over")
    return _("limit %(limit)s", limit=wording.number(limit)) if tone == "warn" else ""


def pips_of(age: float, limit: float) -> values.Pips:
    """One pip a begun working day, up to the limit in grey and beyond it in red; at least the limit's."""
    allowed = _ceiling(limit)
    used = _ceiling(age)
    shown = min(max(allowed, used), max(MOST_PIPS, allowed))
    classes = tuple("left" if n >= used else "used" if n < allowed else "over" for n in range(shown))
    return values.Pips(classes, shown * PIP_STEP - (PIP_STEP - PIP_WIDTH))


def _ceiling(value: float) -> int:
    return int(-(-value // 1))


def _column(title: str, cards: tuple[CardFacts, ...], more: int) -> values.LaneColumn:
    return values.LaneColumn(
        title, tuple(_small(card) for card in cards), _("and %(rest)s more", rest=more) if more else ""
    )


def _small(card: CardFacts) -> values.SmallCard:
    flagged = card.flagged and card.group is Group.PAUSED
    return values.SmallCard(
        key=card.ticket.key,
        title=card.ticket.summary,
        href=wording.safe_href(card.ticket.url),
        phase=phase_tag(card.phase),
        mark=marked("flagged") if flagged else wording.GROUP_WORDS.get(card.group, ""),
    )
