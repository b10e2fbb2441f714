"""One finding as a page: what it follows from, what was done about it. Called by finding_pages."""

from dataclasses import dataclass

from phasewise.core.findings import UNRECORDED, lacking_phases
from phasewise.core.ladder import Said
from phasewise.core.model import Rule, Strength
from phasewise.i18n.speaking import _
from phasewise.terms import phase_name, rule_name, strength_name
from phasewise.usecases.finding_list import Basis, OneFinding
from phasewise.usecases.portfolio import Ticket
from phasewise.usecases.views import StepShown, WaiverShown
from phasewise.web.dates import Dates
from phasewise.web.finding_tables import basis
from phasewise.web.finding_words import MOVED, SAID, WAIVERS, limits_of, name_of, severity_mark, state_mark
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, path_of
from phasewise.web.tables import AskedOne, Framed
from phasewise.web.values import Chrome, Link, PhaseTag, StateMark, TicketLink
from phasewise.web.waive import waive_href
from phasewise.web.wording import comma_list, phase_tag, safe_href


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about the finding: its label, and what it says, as text or as a link."""

    label: str
    text: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class BasisRow:
    ticket: TicketLink
    task: str
    status: str
    phase: PhaseTag
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class FindingPage:
    """`waive` is where it can be waived, `split` the task that can be split; empty where nothing can; both
    are for leads of the `team`."""

    chrome: Chrome
    title: str
    subtitle: str
    severity: StateMark
    state: StateMark
    facts: tuple[Fact, ...]
    tickets: tuple[TicketLink, ...]
    table: Framed[Basis]
    basis: tuple[BasisRow, ...]
    same: tuple[Link, ...]
    id: str
    waive: str
    split: str
    team: str


def finding_page(facts: OneFinding, asked: AskedOne, here: Here) -> FindingPage:
    """All that the template prints; `asked` is how the table is sorted."""
    found = facts.finding
    dates = Dates(facts.frame.zone, facts.frame.as_of)
    is_open = found.state == "open" and here.as_of is None
    about = facts.task or (facts.project if facts.person is None else None)
    table = asked.frame(basis(facts.basis), here)
    subject = f"{about.key} {about.summary}" if about else name_of(facts.person)
    return FindingPage(
        chrome=chrome_of(facts.frame.sync, facts.frame.now, dates, is_live=here.as_of is None),
        title=rule_name(found.rule),
        subtitle=subject,
        severity=severity_mark(found.severity),
        state=state_mark(found.state),
        facts=tuple(_facts(facts, dates, here)),
        tickets=tuple(_link(ticket) for ticket in facts.tickets),
        table=table,
        basis=tuple(_basis(one, dates) for one in table.rows),
        same=tuple(_same(facts, here)),
        id=found.id,
        waive=waive_href(found.id) if is_open else "",
        split=found.task or "" if is_open and found.rule is Rule.FIVE_DAYS and found.breach_at else "",
        team=facts.team,
    )


def _facts(facts: OneFinding, dates: Dates, here: Here) -> list[Fact]:
    found = facts.finding

    def when(at: int | None) -> str:
        return "" if at is None else f"{dates.day(at)}, {dates.time(at)}"

    person, project, last = facts.person, facts.project, facts.started_last
    rows = [
        Fact(_("Since"), when(found.start)),
        Fact(_("Broken since"), when(found.breach_at) if found.breach_at != found.start else ""),
        Fact(_("Until"), when(found.end)),
        Fact(_("Person"), name_of(person), None if person is None else here.at(path_of("people", person.id))),
        Fact(
            _("Project"),
            "" if project is None else project.summary,
            None if project is None else here.at(path_of("projects", project.key)),
        ),
        Fact(
            _("Started last"), "" if last is None else last.key, None if last is None else safe_href(last.url)
        ),
        Fact(_("Rule"), limits_of(Rule(found.rule), facts.limits)),
        Fact(_("What is missing"), _missing(facts), _where(facts, here)),
        Fact(_("Visible"), _visible(facts, dates)),
        Fact(_("Waiver"), _waiver(found.waiver, dates)),
        Fact(_("Done in Jira"), _done(found.done), here.at("/ladder?show=all") if found.done else None),
    ]
    return [row for row in rows if row.text]


def _missing(facts: OneFinding) -> str:
    """What was not recorded; empty where it is about work in Jira."""
    if facts.finding.rule is Rule.PROJECT_WITHOUT_PLAN:
        return _("no accepted plan")
    if facts.finding.rule is Rule.DELIVERABLE_MISSING:
        return comma_list(phase_name(phase) for phase in lacking_phases(facts.finding.detail))
    return ""


def _where(facts: OneFinding, here: Here) -> str | None:
    """Where it is recorded."""
    if facts.project is None or facts.finding.rule not in UNRECORDED:
        return None
    part = "plan" if facts.finding.rule is Rule.PROJECT_WITHOUT_PLAN else "deliverables"
    return here.at(path_of("projects", facts.project.key, part))


def _visible(facts: OneFinding, dates: Dates) -> str:
    """From when whom it is about may see it, and from when everybody may."""
    found, name = facts.finding, name_of(facts.person)
    everybody = _("never to everybody") if found.visible_from is None else dates.day(found.visible_from)
    if found.visible_from_person is None or found.visible_from_person == found.visible_from:
        return _("to everybody since %(everybody)s", everybody=everybody)
    return _(
        "to %(name)s since %(day)s, to everybody since %(everybody)s",
        name=name,
        day=dates.day(found.visible_from_person),
        everybody=everybody,
    )


def _waiver(waiver: WaiverShown | None, dates: Dates) -> str:
    if waiver is None:
        return ""
    day = dates.day(waiver.until - 1)
    if waiver.decided_by:
        return _(
            "%(state)s by %(name)s, until %(day)s: %(reason)s",
            state=_(WAIVERS[waiver.state][1]),
            name=waiver.decided_by,
            day=day,
            reason=waiver.reason,
        )
    return _(
        "%(state)s, until %(day)s: %(reason)s",
        state=_(WAIVERS[waiver.state][1]),
        day=day,
        reason=waiver.reason,
    )


def _done(step: StepShown | None) -> str:
    if step is None:
        return ""
    words = [_(SAID[Said(step.said)]) if step.said else "", _("not written: dry run") if step.dry else ""]
    words += [_("answered") if step.answered else "", _(MOVED[step.move])]
    return comma_list(filter(None, words)) or strength_name(Strength(step.strength))


def _basis(one: Basis, dates: Dates) -> BasisRow:
    return BasisRow(
        ticket=_link(one.ticket),
        task="" if one.task.id == one.ticket.id else _("counts as %(key)s", key=one.task.key),
        status=one.status,
        phase=phase_tag(one.phase),
        start=f"{dates.day(one.start)}, {dates.time(one.start)}",
        end=_("still") if one.end is None else f"{dates.day(one.end)}, {dates.time(one.end)}",
    )


def _same(facts: OneFinding, here: Here) -> list[Link]:
    """The ways on: the findings like this one."""
    found = facts.finding
    links = [Link(_("All of this rule"), here.at(f"/rules?state=all&rule={found.rule.value}"))]
    if facts.person is not None:
        links.append(
            Link(
                _("All of %(name)s", name=name_of(facts.person)),
                here.at(path_of("people", facts.person.id)),
            )
        )
    if found.project is not None:
        links.append(Link(_("All of this project"), here.at(f"/rules?state=all&project={found.project}")))
    return links


def _link(ticket: Ticket) -> TicketLink:
    return TicketLink(ticket.key, ticket.summary, safe_href(ticket.url))
