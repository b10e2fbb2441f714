"""The pages of people: /people, by name, with how full the weeks were; and /people/{id}. Used by `app`."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.i18n.speaking import _, marked, ngettext
from phasewise.usecases.person import Capacity, Loaded
from phasewise.usecases.show_capacity import show_capacity
from phasewise.usecases.show_person import show_person
from phasewise.web.choices import teams_choice
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, here_of, path_of
from phasewise.web.kept import Keeping
from phasewise.web.person_page import person_page
from phasewise.web.person_tables import Which, table_of
from phasewise.web.tables import AskedOne, Column, Part, TableAsked, file_of, part_of
from phasewise.web.templates import render
from phasewise.web.values import Choice, Chrome, TicketLink
from phasewise.web.wording import comma_list, initials, number, safe_href, tenth

router = APIRouter(include_in_schema=False)
Id = Annotated[str, Path(max_length=255)]
MapWeeks = Annotated[int, Query(ge=1, le=12)]
Weeks = Annotated[int, Query(ge=1, le=26)]
LEVELS = 4
"""Shades of the map: none of the week, up to a quarter of it, and so on."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A week of a person: its level from 0 to LEVELS, the days as a number, and in words."""

    level: int
    text: str
    title: str
    away: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    name: str
    initials: str
    href: str
    active: tuple[TicketLink, ...]
    parked: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """`weeks` are the short labels of the map's columns."""

    chrome: Chrome
    choices: tuple[Choice, ...]
    weeks: tuple[str, ...]
    part: Part[Loaded]
    rows: tuple[PersonRow, ...]
    nothing: str


@router.get("/people", response_class=HTMLResponse)
def get_people(
    request: Request,
    deps: Given,
    keep: Keeping,
    as_of: AsOf,
    table: TableAsked,
    weeks: MapWeeks = 12,
    team: Annotated[str | None, Query(max_length=64)] = None,
) -> Response:
    """Everybody, or everybody of a team, by name: what they have in hand, and a map of the last weeks."""

    def found() -> Capacity:
        return show_capacity(deps, as_of, weeks, team or None)

    if table.format is not None:
        facts = found()
        return file_of("people", facts.people, columns_of(facts), table)
    return keep.page(lambda: _people(found(), team or None, table, here_of(request.scope)))


def _people(facts: Capacity, team: str | None, table: TableAsked, here: Here) -> str:
    part = part_of(facts.people, columns_of(facts), table, here)
    frame = facts.frame
    chrome = chrome_of(frame.sync, frame.now, Dates(frame.zone, frame.as_of), is_live=here.as_of is None)
    labels = tuple(week.label.partition("-")[2] for week in facts.weeks)
    choices = teams_choice(facts.teams, team, lambda one: here.changed(team=one))
    rows = tuple(_row(one, facts, here) for one in part.rows)
    page = PeoplePage(chrome, choices, labels, part, rows, _nobody(team))
    return render("pages/people.html", page)


@router.get("/people/{person:path}", response_class=HTMLResponse)
def get_person(
    request: Request,
    deps: Given,
    as_of: AsOf,
    person: Id,
    asked: TableAsked,
    weeks: Weeks = 8,
    table: Which = Which.WEEKS,
) -> Response:
    """Somebody's own page: the same for them and for everybody who may see it."""
    facts = show_person(deps, as_of, person, weeks)
    if asked.format is not None:
        sheet = table_of(table, facts)
        return file_of(f"person-{table}", sheet.rows, sheet.columns, asked)
    page = person_page(facts, AskedOne(table, asked), here_of(request.scope))
    return HTMLResponse(render("pages/person.html", page))


def _nobody(team: str | None) -> str:
    if team is not None:
        return _("Nobody of this team has a ticket in hand, and nobody of it had one in these weeks.")
    return _("Nobody has a ticket in hand, and nobody had one in these weeks.")


def columns_of(facts: Capacity) -> tuple[Column[Loaded], ...]:
    """Sorted by name alone. The weeks are columns of the file."""

    def of_week(n: int, label: str) -> Column[Loaded]:
        return Column(label, label, lambda one: one.days[n], sorts=False)

    return (
        Column("person", marked("Person"), lambda one: one.person.name or one.person.id),
        Column(
            "active",
            marked("Active now"),
            lambda one: len(one.active),
            lambda one: [each.key for each in one.active],
            False,
        ),
        Column("watching", marked("Watching"), lambda one: one.watching, sorts=False),
        Column("paused", marked("Paused"), lambda one: one.paused, sorts=False),
        *(of_week(n, week.label) for n, week in enumerate(facts.weeks)),
    )


def _row(one: Loaded, facts: Capacity, here: Here) -> PersonRow:
    parked = [
        _("%(n)s watching", n=one.watching) if one.watching else "",
        _("%(n)s paused", n=one.paused) if one.paused else "",
    ]
    weeks = zip(facts.weeks, one.days, one.away, one.work_days, strict=True)
    return PersonRow(
        name=one.person.name or _("Unknown person"),
        initials=initials(one.person.name),
        href=here.at(path_of("people", one.person.id)),
        active=tuple(TicketLink(each.key, each.summary, safe_href(each.url)) for each in one.active),
        parked=comma_list(filter(None, parked)),
        cells=tuple(_cell(week.label, days, away, of) for week, days, away, of in weeks),
    )


def _cell(label: str, days: float, away: float, of: float) -> Cell:
    level = 0 if not days or not of else min(LEVELS, max(1, round(days / of * LEVELS)))
    title = _(
        "%(week)s: %(days)s of %(all)s with an active ticket",
        week=label,
        days=number(days),
        all=count_days(of),
    )
    if away:
        title = comma_list((title, _("%(days)s away", days=count_days(away))))
    return Cell(level, tenth(days) if days else "", title, away > 0)


def count_days(days: float) -> str:
    """`1 working day`, `4.5 working days`."""
    if days == int(days):
        return ngettext("%(num)s working day", "%(num)s working days", int(days))
    return _("%(days)s working days", days=number(days))
