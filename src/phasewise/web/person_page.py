"""Somebody's own page: their lane, their weeks, the findings about them. Called by people_pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from phasewise.core.model import Group
from phasewise.i18n.speaking import _, marked
from phasewise.store.finding_lists import FindingLine
from phasewise.terms import rule_name
from phasewise.usecases.person import OnePerson, Stint, WeekOf
from phasewise.usecases.portfolio import CardFacts
from phasewise.web import person_tables as tables
from phasewise.web.dates import Dates
from phasewise.web.finding_words import broken_since, severity_mark, state_mark
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, path_of
from phasewise.web.lanes import age_note, pips_of
from phasewise.web.tables import AskedOne, Framed
from phasewise.web.values import Card, Chrome, Link, PhaseTag, Pips, StateMark, TicketLink
from phasewise.web.wording import TONES, comma_list, days_text, initials, number, phase_tag, safe_href, tenth

COLUMNS = (
    (Group.ACTIVE, marked("Active"), marked("Nothing active")),
    (Group.WATCHING, marked("Watching"), marked("Nothing watched")),
    (Group.PAUSED, marked("Paused"), marked("Nothing paused")),
)
BAR = 100.0


@dataclass(frozen=True, slots=True)
class Held:
    """One group of what is in hand, with its cards."""

    title: str
    cards: tuple[Card, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class StintShown:
    phase: PhaseTag
    project: Link | None
    days: str
    tickets: tuple[TicketLink, ...]


@dataclass(frozen=True, slots=True)
class WeekShown:
    """`bar` is the share of the week's working days with an active ticket, in percent."""

    label: str
    dates: str
    days: str
    note: str
    bar: float
    stints: tuple[StintShown, ...]


@dataclass(frozen=True, slots=True)
class FindingShort:
    href: str
    what: str
    ticket: TicketLink | None
    severity: StateMark
    state: StateMark
    since: str
    until: str
    visible: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    chrome: Chrome
    name: str
    initials: str
    is_busy: bool
    held: tuple[Held, ...]
    next: tuple[Card, ...]
    done: tuple[Card, ...]
    week_table: Framed[WeekOf]
    weeks: tuple[WeekShown, ...]
    more_weeks: str
    finding_table: Framed[FindingLine]
    findings: tuple[FindingShort, ...]
    all_findings: str
    cut: str


def person_page(facts: OnePerson, asked: AskedOne, here: Here) -> PersonPage:
    """All that the template prints; `asked` is which of the tables is sorted, and how."""
    frame = facts.frame
    dates = Dates(frame.zone, frame.as_of)
    limit = facts.limits.five_days
    weeks, findings = asked.frame(tables.weeks(facts), here), asked.frame(tables.findings(facts), here)
    return PersonPage(
        chrome=chrome_of(frame.sync, frame.now, dates, is_live=here.as_of is None),
        name=facts.person.name or _("Unknown person"),
        initials=initials(facts.person.name),
        is_busy=any(card.group is Group.ACTIVE for card in facts.cards),
        held=tuple(
            Held(_(title), tuple(_cards(facts.cards, group, limit)), _(nothing))
            for group, title, nothing in COLUMNS
        ),
        next=tuple(_cards(facts.cards, Group.TODO, limit)),
        done=tuple(_cards(facts.done, Group.DONE, limit)),
        week_table=weeks,
        weeks=tuple(_week(week, dates, here) for week in weeks.rows),
        more_weeks=here.changed(weeks="26") if len(facts.weeks) < 26 else "",
        finding_table=findings,
        findings=tuple(_finding(line, facts, dates, here) for line in findings.rows),
        all_findings=here.at(f"/rules?{_query(facts.person.id)}"),
        cut=_("Only the latest are listed.") if facts.findings.is_cut else "",
    )


def _query(person: str) -> str:
    return f"state=all&person={path_of(person)[1:]}"


def _cards(cards: Iterable[CardFacts], group: Group, limit: float) -> Iterable[Card]:
    return (_card(card, limit) for card in cards if card.group is group)


def _card(card: CardFacts, limit: float) -> Card:
    age = card.age_days or 0.0
    limit = card.limits.five_days if card.limits else limit
    tone = "" if card.severity is None else TONES[card.severity]
    note = age_note(age, limit, tone)
    return Card(
        key=card.ticket.key,
        title=card.ticket.summary,
        href=safe_href(card.ticket.url),
        phase=phase_tag(card.phase),
        project=card.project.summary if card.project else _("No project"),
        age="" if card.age_days is None else days_text(age),
        age_note=_("flagged") if card.flagged and not note else note,
        tone=tone,
        pips=Pips((), 0) if card.age_days is None else pips_of(age, limit),
    )


# ------------------------------------------------------------------ the weeks


def _week(week: WeekOf, dates: Dates, here: Here) -> WeekShown:
    of = _("of %(days)s d", days=tenth(week.work_days))
    away = _("%(days)s d away", days=number(week.away)) if week.away else ""
    share = week.days / week.work_days if week.work_days else 0.0
    return WeekShown(
        label=week.week.label.partition("-")[2],
        dates=f"{dates.day(week.week.start)} – {dates.day(week.week.end - 1)}",
        days=tenth(week.days),
        note=comma_list(filter(None, (of, away))),
        bar=round(min(1.0, share) * BAR, 1),
        stints=tuple(_stint(stint, here) for stint in week.stints),
    )


def _stint(stint: Stint, here: Here) -> StintShown:
    project = stint.project
    return StintShown(
        phase=phase_tag(stint.phase),
        project=None if project is None else Link(project.summary, here.at(path_of("projects", project.key))),
        days=_("%(days)s d", days=tenth(stint.days)),
        tickets=tuple(TicketLink(one.key, one.summary, safe_href(one.url)) for one in stint.tickets),
    )


# ------------------------------------------------------------------ the findings


def _finding(line: FindingLine, facts: OnePerson, dates: Dates, here: Here) -> FindingShort:
    task = facts.findings.tickets.get(line.task or 0)
    shown = facts.findings.shown_from.get(line.key)
    everybody = (
        _("never to everybody") if shown is None else _("to everybody since %(day)s", day=dates.day(shown))
    )
    return FindingShort(
        href=here.at(path_of("rules", f"{line.rule}:{line.subject}:{line.start}")),
        what=rule_name(line.rule),
        ticket=None if task is None else TicketLink(task.key, task.summary, safe_href(task.url)),
        severity=severity_mark(line.severity, broken_since(line, dates)),
        state=state_mark(line.state),
        since=dates.day(line.start),
        until="" if line.end is None else dates.day(line.end),
        visible=everybody,
    )
