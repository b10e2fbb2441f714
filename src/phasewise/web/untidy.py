"""The pages of untidy tickets: /untidy lists them, /untidy/set gives one what it lacks. Included by `app`."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from phasewise.core.model import Rule
from phasewise.errors import BadRequestError
from phasewise.i18n.speaking import _, marked
from phasewise.terms import rule_name
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.set_missing import set_missing, ticket_to_set
from phasewise.usecases.show_untidy import MOST, show_untidy
from phasewise.usecases.untidy import UNTIDY, Choice, Missing, ToSet, UntidyList, UntidyTicket
from phasewise.web.choices import teams_choice
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.finding_words import name_of
from phasewise.web.forms import Form
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, here_of, path_of
from phasewise.web.tables import Column, Part, TableAsked, file_of, part_of
from phasewise.web.templates import render
from phasewise.web.untidy_words import FIELDS, todo_of, why_of
from phasewise.web.values import Choice as TeamChoice
from phasewise.web.values import Chrome, FilterLink, Link, TicketLink
from phasewise.web.wording import safe_href

router = APIRouter(include_in_schema=False)
LARGEST_ID = 2**62
BROKEN_FORM = marked("The form cannot be understood: load the list again and repeat it")


@dataclass(frozen=True, slots=True)
class GapRow:
    """What is wrong, why it matters, what to do."""

    name: str
    href: str
    why: str
    todo: str


@dataclass(frozen=True, slots=True)
class UntidyRow:
    """A ticket; `set_href` leads to the form that fills its gaps, for leads of the `team`."""

    ticket: TicketLink
    gaps: tuple[GapRow, ...]
    person: Link | None
    project: Link | None
    since: str
    time: str
    set_href: str | None
    team: str


@dataclass(frozen=True, slots=True)
class UntidyPage:
    chrome: Chrome
    filters: tuple[FilterLink, ...]
    part: Part[UntidyTicket]
    rows: tuple[UntidyRow, ...]
    nothing: str
    cut: str
    told: str
    note: str
    choices: tuple[TeamChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of the form; `groups` are label and choices, the label empty where there is one group."""

    name: str
    label: str
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]
    problem: str


@dataclass(frozen=True, slots=True)
class SetPage:
    chrome: Chrome
    ticket: TicketLink
    issue: str
    fields: tuple[FieldChoice, ...]


@router.get("/untidy", response_class=HTMLResponse)
def get_untidy(
    request: Request,
    deps: Given,
    as_of: AsOf,
    table: TableAsked,
    rule: Rule | None = None,
    team: Annotated[str | None, Query(max_length=64)] = None,
    set: Annotated[str, Query(max_length=255)] = "",
) -> Response:
    """The tickets that lack something, or of which something is not mapped."""
    facts = show_untidy(deps, as_of, team or None)
    here = here_of(request.scope)
    rows = [one for one in facts.tickets if rule is None or any(gap.rule is rule for gap in one.gaps)]
    if table.format is not None:
        return file_of("untidy", rows, columns_of(), table)
    page = _page(facts, rule, part_of(rows, columns_of(), table, here), here, set)
    choices = teams_choice(facts.teams, team or None, lambda one: here.changed(team=one))
    return HTMLResponse(render("pages/untidy.html", replace(page, choices=choices)))


@router.get("/untidy/set", response_class=HTMLResponse)
def get_set(deps: Given, issue: Annotated[int, Query(ge=0, lt=LARGEST_ID)]) -> HTMLResponse:
    """The form for one ticket."""
    return HTMLResponse(render("pages/untidy_set.html", _set_page(ticket_to_set(deps, issue))))


@router.post("/untidy/set")
def post_set(deps: Given, form: Form) -> Response:
    """Have what is missing set; the list says so."""
    text = form.get("issue", "")
    if not (text.isascii() and text.isdigit() and int(text[:20]) < LARGEST_ID):
        raise BadRequestError(_(BROKEN_FORM))
    wanted = {what: form[what] for what in Missing if form.get(what)}
    return RedirectResponse(f"/untidy?{urlencode({'set': set_missing(deps, int(text), wanted)})}", 303)


def columns_of() -> tuple[Column[UntidyTicket], ...]:
    """What sorts, and what goes into a file."""
    return (
        Column("ticket", marked("Ticket"), lambda one: one.ticket.key),
        Column(
            "gaps",
            marked("What is wrong"),
            lambda one: rule_name(one.gaps[0].rule),
            lambda one: [gap.rule.value for gap in one.gaps],
        ),
        Column("person", marked("Person"), lambda one: name_of(one.person) or None),
        Column("project", marked("Project"), lambda one: one.project.key if one.project else None),
        Column("since", marked("Since"), lambda one: one.since, lambda one: rfc3339(one.since)),
    )


def _page(
    facts: UntidyList, rule: Rule | None, part: Part[UntidyTicket], here: Here, told: str
) -> UntidyPage:
    dates = Dates(facts.frame.zone, facts.frame.as_of)
    counts = Counter(gap.rule for one in facts.tickets for gap in one.gaps)
    every = FilterLink(_("All"), len(facts.tickets), here.changed(rule=None), rule is None)
    return UntidyPage(
        chrome=chrome_of(facts.frame.sync, facts.frame.now, dates, is_live=here.as_of is None),
        filters=(
            every,
            *(
                FilterLink(rule_name(one), counts[one], here.changed(rule=one.value), one is rule)
                for one in UNTIDY
                if counts[one] or one is rule
            ),
        ),
        part=part,
        rows=tuple(_row(one, facts, dates, here) for one in part.rows),
        nothing=_nothing(facts, rule),
        cut=_("The latest %(most)s of what is wrong are shown; there is more.", most=MOST)
        if facts.is_cut
        else "",
        told=_("%(key)s is being set in Jira. It leaves this list once Jira says so.", key=told)
        if told
        else "",
        note=_note(facts),
    )


def _row(one: UntidyTicket, facts: UntidyList, dates: Dates, here: Here) -> UntidyRow:
    ticket, project, person = one.ticket, one.project, one.person
    fills = [gap for gap in one.gaps if gap.fills is not None]
    return UntidyRow(
        ticket=TicketLink(ticket.key, ticket.summary, safe_href(ticket.url)),
        gaps=tuple(
            GapRow(
                rule_name(gap.rule),
                here.at(path_of("rules", f"{gap.rule}:{ticket.id}:{gap.since}")),
                why_of(gap),
                todo_of(gap, is_now=here.as_of is None),
            )
            for gap in one.gaps
        ),
        person=Link(name_of(person), here.at(path_of("people", person.id))) if person else None,
        project=Link(project.summary, here.at(path_of("projects", project.key))) if project else None,
        since=dates.day(one.since),
        time=dates.time(one.since),
        set_href=f"/untidy/set?issue={ticket.id}" if facts.may_set and fills else None,
        team=one.team,
    )


def _nothing(facts: UntidyList, rule: Rule | None) -> str:
    if facts.frame.sync.synced_at is None:
        return _("Jira has not been read completely yet: run phasewise sync, or wait for the service.")
    if rule is not None:
        return _("No ticket is like that: %(rule)s. Take the filter away.", rule=rule_name(rule))
    return _("Every open ticket has a phase, an epic and an assignee, and everything is mapped.")


def _note(facts: UntidyList) -> str:
    if facts.may_set:
        return _("What is set here is written to Jira once, and never over what somebody set meanwhile.")
    if facts.is_off:
        return _("Leads may set these here once whoever runs Phasewise sets PHASEWISE_BOARD_MOVES=1.")
    return ""


def _set_page(found: ToSet) -> SetPage:
    frame, ticket = found.frame, found.ticket
    return SetPage(
        # It is left alone while it is filled in: a page that is live is put up to date under one's hands.
        chrome=chrome_of(frame.sync, frame.now, Dates(frame.zone, frame.as_of), is_live=False),
        ticket=TicketLink(ticket.key, ticket.summary, safe_href(ticket.url)),
        issue=str(ticket.id),
        fields=tuple(_field(what, choices) for what, choices in found.choices.items()),
    )


def _field(what: Missing, choices: tuple[Choice, ...]) -> FieldChoice:
    label, nothing = FIELDS[what]
    near = tuple(one for one in choices if one.is_near)
    far = tuple(one for one in choices if not one.is_near)
    groups = (
        ((_("The same Jira project"), near), (_("Other Jira projects"), far))
        if near and far
        else (("", choices),)
    )
    return FieldChoice(what.value, _(label), groups, "" if choices else _(nothing))
