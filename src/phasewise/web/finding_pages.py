"""The pages of findings: /rules lists them, /rules/{id} has what one follows from. Included by `app`."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.core.model import Rule, Severity
from phasewise.i18n.speaking import _, marked
from phasewise.store.finding_lists import FindingKey, FindingLine
from phasewise.terms import rule_name, severity_name
from phasewise.usecases.finding_list import FindingList
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.show_compliance import show_compliance
from phasewise.usecases.show_finding_list import MOST, show_finding, show_finding_list
from phasewise.web import finding_tables as tables
from phasewise.web.choices import choice_of
from phasewise.web.compliance_chart import ComplianceChart, chart_of
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.finding_page import finding_page
from phasewise.web.finding_tables import OfOne, Which
from phasewise.web.finding_words import ORDER, broken_since, severity_mark, state_mark
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, here_of, path_of
from phasewise.web.kept import Keeping
from phasewise.web.tables import AskedOne, Column, Part, Table, TableAsked, file_of
from phasewise.web.templates import render
from phasewise.web.values import Choice, Chrome, FilterLink, Link, StateMark, TicketLink
from phasewise.web.wording import safe_href

router = APIRouter(include_in_schema=False)
State = Literal["open", "waived", "closed", "all"]
WEEKS = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings the address asks for; None: all. `teams` are those of the findings."""

    rule: Rule | None = None
    severity: Severity | None = None
    person: str | None = None
    project: int | None = None
    team: str | None = None
    teams: Mapping[FindingKey, str] = field(default_factory=dict)

    @property
    def is_filtered(self) -> bool:
        asked = (self.rule, self.severity, self.person, self.project, self.team)
        return any(one is not None for one in asked)

    def takes(self, line: FindingLine, but: str = "") -> bool:
        """Whether a finding is among them, whatever is asked of the facet `but`."""
        asked = (
            ("rule", self.rule, line.rule),
            ("severity", self.severity, line.severity),
            ("person", self.person, line.person),
            ("project", self.project, line.project),
            ("team", self.team, self.teams.get(line.key)),
        )
        return all(value is None or value == has for name, value, has in asked if name != but)


@dataclass(frozen=True, slots=True)
class FindingRow:
    href: str
    what: str
    about: str
    ticket: TicketLink | None
    severity: StateMark
    person: Link | None
    project: Link | None
    since: str
    time: str
    until: str
    state: StateMark


@dataclass(frozen=True, slots=True)
class RulesPage:
    """`state` is the one that all of the findings are in; or `all`."""

    chrome: Chrome
    state: State
    states: tuple[FilterLink, ...]
    choices: tuple[Choice, ...]
    everything: str | None
    part: Part[FindingLine]
    rows: tuple[FindingRow, ...]
    nothing: str
    cut: str
    chart: ComplianceChart


@router.get("/rules", response_class=HTMLResponse)
def get_rules(
    request: Request,
    deps: Given,
    keep: Keeping,
    as_of: AsOf,
    asked: TableAsked,
    table: Which = Which.FINDINGS,
    state: State = "open",
    rule: Rule | None = None,
    severity: Severity | None = None,
    person: Annotated[str | None, Query(max_length=255)] = None,
    project: Annotated[int | None, Query(ge=0, lt=2**62)] = None,
    team: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """The findings in one state, filtered; and how far the team kept to one active ticket, week by week."""

    def found() -> tuple[FindingList, Wanted, list[FindingLine]]:
        facts = show_finding_list(deps, as_of, None if state == "all" else state)
        wanted = Wanted(rule, severity, person, project, team, facts.teams)
        return facts, wanted, [line for line in facts.lines if wanted.takes(line)]

    def made() -> str:
        facts, wanted, lines = found()
        listed = _Listed(facts, Dates(facts.frame.zone, facts.frame.as_of), here_of(request.scope))
        one, weeks = AskedOne(table, asked), show_compliance(deps, as_of, WEEKS).items
        part = one.part(table_of(lines, facts), listed.here)
        chart = chart_of(weeks, one.frame(tables.weeks(weeks), listed.here))
        return render("pages/rules.html", _page(listed, wanted, state, part, chart))

    if asked.format is None:
        return keep.page(made)
    if table is Which.WEEKS:
        weeks = show_compliance(deps, as_of, WEEKS).items
        return file_of("findings-weeks", weeks[::-1], tables.WEEK_COLUMNS, asked)
    facts, _wanted, lines = found()
    return file_of("findings", lines, columns_of(facts), asked)


@router.get("/rules/{finding_id:path}", response_class=HTMLResponse)
def get_finding(
    request: Request,
    deps: Given,
    as_of: AsOf,
    finding_id: str,
    asked: TableAsked,
    table: OfOne = OfOne.BASIS,
) -> Response:
    """One finding with what it follows from, and what was done about it."""
    facts = show_finding(deps, as_of, finding_id)
    if asked.format is not None:
        return file_of(f"finding-{table}", facts.basis, tables.BASIS_COLUMNS, asked)
    page = finding_page(facts, AskedOne(table, asked), here_of(request.scope))
    return HTMLResponse(render("pages/finding.html", page))


STATE_LABELS: dict[State, str] = {
    "open": marked("Open"),
    "waived": marked("Waived"),
    "closed": marked("Closed"),
    "all": marked("All"),
}


def columns_of(facts: FindingList) -> tuple[Column[FindingLine], ...]:
    """What sorts, and what goes into a file."""

    def key(issue: int | None) -> str | None:
        ticket = facts.tickets.get(issue or 0)
        return None if ticket is None else ticket.key

    return (
        Column("finding", marked("Finding"), lambda line: rule_name(line.rule), lambda line: line.rule.value),
        Column("ticket", marked("Ticket"), lambda line: key(line.task)),
        Column(
            "severity",
            marked("Severity"),
            lambda line: ORDER.index(line.severity),
            lambda line: line.severity.value,
        ),
        Column("person", marked("Person"), lambda line: facts.names.get(line.person or "") or line.person),
        Column("project", marked("Project"), lambda line: key(line.project)),
        Column("since", marked("Since"), lambda line: line.start, lambda line: rfc3339(line.start)),
        Column("until", marked("Until"), lambda line: line.end, lambda line: line.end and rfc3339(line.end)),
        Column("state", marked("State"), lambda line: line.state),
    )


def table_of(lines: Sequence[FindingLine], facts: FindingList) -> Table[FindingLine]:
    columns = columns_of(facts)
    return Table(Which.FINDINGS, lines, columns, len(columns))


# ------------------------------------------------------------------ the page


@dataclass(frozen=True, slots=True)
class _Listed:
    facts: FindingList
    dates: Dates
    here: Here

    def row(self, line: FindingLine) -> FindingRow:
        facts, here = self.facts, self.here
        task = facts.tickets.get(line.task or 0)
        project = facts.tickets.get(line.project or 0)
        name = facts.names.get(line.person or "") or _("Unknown person")
        about = task or (None if line.person else project)
        return FindingRow(
            href=here.at(path_of("rules", f"{line.rule}:{line.subject}:{line.start}")),
            what=rule_name(line.rule),
            about=f"{about.key} {about.summary}" if about else (name if line.person else ""),
            ticket=None if task is None else TicketLink(task.key, task.summary, safe_href(task.url)),
            severity=severity_mark(line.severity, broken_since(line, self.dates)),
            person=Link(name, here.at(path_of("people", line.person))) if line.person else None,
            project=Link(project.summary, here.at(path_of("projects", project.key))) if project else None,
            since=self.dates.day(line.start),
            time=self.dates.time(line.start),
            until="" if line.end is None else self.dates.day(line.end),
            state=state_mark(line.state),
        )

    def choice(
        self, name: str, label: str, wanted: Wanted, options: Iterable[tuple[str, str, int]]
    ) -> Choice:
        """The links of one facet; options are value, label and count."""
        asked = getattr(wanted, name)
        chosen = None if asked is None else str(asked)
        return choice_of(label, options, chosen, lambda value: self.here.changed(**{name: value}))


def _page(
    listed: _Listed, wanted: Wanted, state: State, part: Part[FindingLine], chart: ComplianceChart
) -> RulesPage:
    facts, here = listed.facts, listed.here
    names: tuple[State, ...] = ("open", "waived", "closed", "all")
    is_filtered = wanted.is_filtered
    return RulesPage(
        state=state,
        chrome=chrome_of(facts.frame.sync, facts.frame.now, listed.dates, is_live=here.as_of is None),
        states=tuple(
            FilterLink(
                _(STATE_LABELS[name]), 0, here.changed(state=None if name == "open" else name), name == state
            )
            for name in names
        ),
        choices=tuple(_choices(listed, wanted)),
        everything=here.changed(rule=None, severity=None, person=None, project=None, team=None)
        if is_filtered
        else None,
        part=part,
        rows=tuple(listed.row(line) for line in part.rows),
        nothing=_nothing(facts, state, is_filtered=is_filtered),
        cut=_("The latest %(most)s findings are shown; there are older ones.", most=MOST)
        if facts.is_cut
        else "",
        chart=chart,
    )


def _choices(listed: _Listed, wanted: Wanted) -> Iterable[Choice]:
    facts = listed.facts

    def counted(name: str, value: Callable[[FindingLine], str | None]) -> Counter[str]:
        found = (value(line) for line in facts.lines if wanted.takes(line, but=name))
        return Counter(one for one in found if one is not None)

    rules = counted("rule", lambda line: line.rule.value)
    yield listed.choice(
        "rule", _("Rule"), wanted, ((one.value, rule_name(one), rules[one]) for one in Rule if rules[one])
    )
    severities = counted("severity", lambda line: line.severity.value)
    yield listed.choice(
        "severity",
        _("Severity"),
        wanted,
        ((one.value, severity_name(one), severities[one]) for one in ORDER if severities[one]),
    )
    people = counted("person", lambda line: line.person)
    named = sorted((facts.names.get(one) or _("Unknown person"), one) for one in people)
    yield listed.choice("person", _("Person"), wanted, ((one, name, people[one]) for name, one in named))
    projects = counted("project", lambda line: None if line.project is None else str(line.project))
    titled = sorted((facts.tickets[int(one)].summary, one) for one in projects if int(one) in facts.tickets)
    yield listed.choice(
        "project", _("Project"), wanted, ((one, title, projects[one]) for title, one in titled)
    )
    if facts.teams:
        teams = counted("team", lambda line: facts.teams[line.key])
        yield listed.choice("team", _("Team"), wanted, ((one, one, teams[one]) for one in sorted(teams)))


def _nothing(facts: FindingList, state: State, *, is_filtered: bool) -> str:
    if facts.frame.sync.synced_at is None:
        return _("Jira has not been read completely yet: run phasewise sync, or wait for the service.")
    if is_filtered:
        return _("No finding is like that. Take a filter away.")
    return {
        "open": _("Nothing is open: no limit is broken, and there is no hint."),
        "waived": _("No waiver silences anything. Waivers are asked for by answering in Jira."),
        "closed": _("Nothing has been found and settled yet."),
        "all": _("Nothing has been found yet."),
    }[state]
