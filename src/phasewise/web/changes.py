"""The page /changes: what happened between two days, project by project, and in findings. Used by `app`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.core.model import Instant, Phase, State
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.store.finding_lists import FindingLine
from phasewise.terms import phase_name, rule_name, state_name
from phasewise.usecases.changes import Changes, ProjectChange
from phasewise.usecases.deps import Deps
from phasewise.usecases.instants import parse_instant
from phasewise.usecases.show_changes import REVERSED, show_changes
from phasewise.usecases.show_frame import end_of_day, show_frame
from phasewise.usecases.views import ProjectListed
from phasewise.web.choices import teams_choice
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.failing import wants_page
from phasewise.web.finding_words import severity_mark
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, here_of, path_of
from phasewise.web.tables import Column, Part, TableAsked, file_of, part_of
from phasewise.web.templates import render
from phasewise.web.values import Choice, Chrome, Figure, StateMark
from phasewise.web.wording import comma_list, number

router = APIRouter(include_in_schema=False)
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
LISTED = 50
"""Findings listed of those that opened, and of those that ended; the list of findings has all."""
When = Annotated[str | None, Query(max_length=64)]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    key: str
    name: str
    href: str
    events: tuple[str, ...]
    phase: str
    state: str
    weeks: str
    findings: str


@dataclass(frozen=True, slots=True)
class FindingChange:
    href: str
    what: str
    about: str
    severity: StateMark
    when: str


@dataclass(frozen=True, slots=True)
class FindingChanges:
    title: str
    rows: tuple[FindingChange, ...]
    nothing: str
    more: str


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """`since` and `until` are dates as the form takes them, empty where no day ended at the instant: the form
    says nothing that the figures are not of. `span` is the instants in words."""

    chrome: Chrome
    since: str
    until: str
    span: str
    figures: tuple[Figure, ...]
    part: Part[ProjectChange]
    rows: tuple[ChangeRow, ...]
    unchanged: str
    findings: tuple[FindingChanges, ...]
    rules: str
    cut: str
    choices: tuple[Choice, ...] = ()
    team: str = ""


@dataclass(frozen=True, slots=True)
class WrongPage:
    """The form again where two days cannot be compared, with the days as they were given, and why."""

    chrome: Chrome
    since: str
    until: str
    problem: str
    team: str


@router.get("/changes", response_class=HTMLResponse)
def get_changes(
    request: Request,
    deps: Given,
    as_of: AsOf,
    table: TableAsked,
    since: Annotated[str | None, Query(alias="from", max_length=64)] = None,
    to: When = None,
    team: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """What happened from the end of one day to the end of another, or between two instants; of all, or of one
    team."""
    try:
        until = as_of if not to else _instant(deps, to, "to")
        facts = show_changes(deps, _beginning(deps, since) if since else None, until, team or None)
    except BadRequestError as error:
        if table.format is not None or not wants_page(request):
            raise
        return _wrong(deps, request, (since, to, team), f"{error}.", error.http_status)
    changed = [project for project in facts.projects if project.is_change]
    columns = columns_of(facts)
    if table.format is not None:
        return file_of("changes", changed, columns, table)
    here = here_of(request.scope)
    page = _page(facts, part_of(changed, columns, table, here), here, is_now=until is None)
    choices = teams_choice(facts.teams, team or None, lambda one: here.changed(team=one))
    rules = page.rules if not team else f"{page.rules}&{urlencode({'team': team})}"
    page = replace(page, choices=choices, team=team or "", rules=rules)
    return HTMLResponse(render("pages/changes.html", page))


def _instant(deps: Deps, text: str, name: str) -> Instant | None:
    """A day stands for its end; today for now."""
    return end_of_day(deps, text) if DAY.fullmatch(text) else parse_instant(text, name)


def _beginning(deps: Deps, text: str) -> Instant:
    """Today has no end yet that anything could be told since."""
    instant = _instant(deps, text, "from")
    if instant is None:
        raise BadRequestError(_(REVERSED))
    return instant


def _wrong(
    deps: Deps, request: Request, typed: tuple[str | None, ...], problem: str, status: int
) -> HTMLResponse:
    """The form with the days and the team that were given: what is typed must not be lost."""
    frame = show_frame(deps)
    since, until, team = (text or "" for text in typed)
    page = WrongPage(
        chrome=chrome_of(frame.sync, frame.now, Dates(frame.zone, frame.as_of), is_live=False),
        since=since if DAY.fullmatch(since) else "",
        until=until if DAY.fullmatch(until) else "",
        problem=problem,
        team=team,
    )
    # An instant that cannot be shown is not carried on.
    here = Here(here_of(request.scope).path)
    return HTMLResponse(render("pages/changes_wrong.html", page, here), status)


def columns_of(facts: Changes) -> tuple[Column[ProjectChange], ...]:
    dates = Dates(facts.frame.zone, facts.until)
    return (
        Column("project", marked("Project"), lambda one: one.ticket.summary, lambda one: one.ticket.key),
        Column(
            "happened",
            marked("What happened"),
            lambda one: len(events_of(one, dates)),
            lambda one: events_of(one, dates),
        ),
        Column(
            "phase",
            marked("Phase"),
            lambda one: _phases(one.after),
            lambda one: [_phases(one.before), _phases(one.after)],
        ),
        Column(
            "state",
            marked("State"),
            lambda one: _state(one.after),
            lambda one: [_state(one.before), _state(one.after)],
        ),
        Column("weeks", marked("Weeks spent"), _weeks),
        Column("findings", marked("Findings"), lambda one: _open(one.after) - _open(one.before)),
    )


def events_of(one: ProjectChange, dates: Dates) -> list[str]:
    """What happened to a project, in words: what changed as a whole, then the phases in turn."""
    events = []
    if one.before is None:
        events.append(_("New"))
    if one.after is None:
        return [*events, _("Left the scope, or was removed")]
    before = State.NOT_STARTED if one.before is None else one.before.state
    if before is State.NOT_STARTED and one.after.state not in (State.NOT_STARTED, State.DONE):
        events.append(_("Started"))
    if one.after.state is State.DONE and before is not State.DONE:
        events.append(_("Finished"))
    if before is State.DONE and one.after.state is not State.DONE:
        events.append(_("Opened again"))
    for entered in one.entered:
        phase, day = phase_name(entered.phase), dates.day(entered.at)
        events.append(
            _("Returned to %(phase)s on %(day)s", phase=phase, day=day)
            if entered.is_return
            else _("Entered %(phase)s on %(day)s", phase=phase, day=day)
        )
    return events


# ------------------------------------------------------------------ the page


def _page(facts: Changes, part: Part[ProjectChange], here: Here, *, is_now: bool) -> ChangesPage:
    frame = facts.frame
    dates = Dates(frame.zone, facts.until)
    unchanged = sum(1 for project in facts.projects if not project.is_change)
    chrome = chrome_of(frame.sync, frame.now, dates, is_live=False)
    return ChangesPage(
        chrome=chrome,
        since=_day_ended(facts.since, dates),
        until=chrome.today if is_now else _day_ended(facts.until, dates),
        span=_(
            "%(since)s to %(until)s (%(zone)s)",
            since=_when(facts.since, dates),
            until=_when(facts.until, dates),
            zone=frame.zone,
        ),
        figures=_figures(facts),
        part=part,
        rows=tuple(_row(one, dates, here) for one in part.rows),
        unchanged=ngettext("%(num)s project without a change", "%(num)s projects without a change", unchanged)
        if unchanged
        else "",
        findings=(
            _findings(facts.opened, facts, here, is_end=False),
            _findings(facts.ended, facts, here, is_end=True),
        ),
        rules=here.at("/rules?state=all"),
        cut=_("Only the latest findings are counted: there are more.") if facts.is_cut else "",
    )


def _day_ended(at: Instant, dates: Dates) -> str:
    """The day that ends at an instant, be that its last millisecond or midnight; empty where none does."""
    before, on, after = (dates.local(at + step).date() for step in (-1, 0, 1))
    if on != after:
        return on.isoformat()
    return before.isoformat() if before != on else ""


def _when(at: Instant, dates: Dates) -> str:
    return f"{dates.day(at)}, {dates.time(at)}"


def _figures(facts: Changes) -> tuple[Figure, ...]:
    then = [one.before for one in facts.projects if one.before is not None]
    now = [one.after for one in facts.projects if one.after is not None]

    def figure(label: str, before: float, after: float) -> Figure:
        note = (
            _("as before") if number(before) == number(after) else _("from %(number)s", number=number(before))
        )
        return Figure(label, number(after), "", note, "", None)

    def active(rows: Sequence[ProjectListed]) -> int:
        return sum(row.state is State.ACTIVE for row in rows)

    def done(rows: Sequence[ProjectListed]) -> int:
        return sum(row.state is State.DONE for row in rows)

    return (
        figure(_("Active projects"), active(then), active(now)),
        figure(_("Projects done"), done(then), done(now)),
        figure(_("Returns"), sum(row.loops for row in then), sum(row.loops for row in now)),
        figure(_("Weeks spent"), sum(row.spent_weeks for row in then), sum(row.spent_weeks for row in now)),
        figure(
            _("Tasks near or over a limit"),
            sum(row.findings_open for row in then),
            sum(row.findings_open for row in now),
        ),
    )


def _row(one: ProjectChange, dates: Dates, here: Here) -> ChangeRow:
    return ChangeRow(
        key=one.ticket.key,
        name=one.ticket.summary,
        href=here.at(path_of("projects", one.ticket.key)),
        events=tuple(events_of(one, dates)),
        phase=_from_to(_phases(one.before), _phases(one.after)),
        state=_from_to(_state(one.before), _state(one.after)),
        weeks=f"+{number(_weeks(one))}" if number(_weeks(one)) != "0" else "",
        findings=_from_to(str(_open(one.before)), str(_open(one.after))),
    )


def _from_to(before: str, after: str) -> str:
    return after if before == after else f"{before or '–'} → {after or '–'}"


def _phases(row: ProjectListed | None) -> str:
    if row is None:
        return ""
    phases: list[Phase] = row.phases_now or ([row.last_phase] if row.last_phase else [])
    return comma_list(phase_name(phase) for phase in phases)


def _state(row: ProjectListed | None) -> str:
    return "" if row is None else state_name(row.state)


def _weeks(one: ProjectChange) -> float:
    before = 0.0 if one.before is None else one.before.spent_weeks
    return 0.0 if one.after is None else round(one.after.spent_weeks - before, 3)


def _open(row: ProjectListed | None) -> int:
    return 0 if row is None else row.findings_open


def _findings(lines: Sequence[FindingLine], facts: Changes, here: Here, *, is_end: bool) -> FindingChanges:
    dates = Dates(facts.frame.zone, facts.until)
    rest = len(lines) - LISTED
    return FindingChanges(
        title=_("Findings: ended %(n)s", n=len(lines))
        if is_end
        else _("Findings: opened %(n)s", n=len(lines)),
        rows=tuple(_finding(line, facts, dates, here, is_end=is_end) for line in lines[:LISTED]),
        nothing=_("Nothing ended in this time.") if is_end else _("Nothing opened in this time."),
        more=_("and %(rest)s more", rest=rest) if rest > 0 else "",
    )


def _finding(line: FindingLine, facts: Changes, dates: Dates, here: Here, *, is_end: bool) -> FindingChange:
    person = facts.names.get(line.person or "", "") if line.person else ""
    about = facts.tickets.get(line.task or (0 if line.person else line.project) or 0)
    at = line.end if is_end and line.end is not None else line.start
    return FindingChange(
        href=here.at(path_of("rules", f"{line.rule}:{line.subject}:{line.start}")),
        what=rule_name(line.rule),
        about=f"{about.key} {about.summary}" if about else person,
        severity=severity_mark(line.severity),
        when=dates.day(at),
    )
