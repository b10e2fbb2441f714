"""The page /projects/{key}/why: a figure, and the stretches of work that add up to it. `app` includes it."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from phasewise.core.model import Instant, Phase
from phasewise.i18n.speaking import _, language, marked, ngettext
from phasewise.i18n.writing import decimal
from phasewise.terms import phase_name
from phasewise.usecases.explain_figure import Explanation, Figure, Part, Question, explain_figure
from phasewise.usecases.portfolio import Ticket
from phasewise.web import values, wording
from phasewise.web.columns import instant_column, phase_column
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.here import here_of
from phasewise.web.project_parts import Places
from phasewise.web.projects import Key, moved_to
from phasewise.web.tables import AskedOne, Column, Framed, Table, TableAsked, file_of
from phasewise.web.templates import render
from phasewise.web.wording import phase_tag, tenth

router = APIRouter(include_in_schema=False)

NAMES = {
    Figure.EFFORT: marked("Effort"),
    Figure.TOUCHED: marked("Time touched"),
    Figure.ELAPSED: marked("Time elapsed"),
}
RULES = {
    Figure.EFFORT: marked(
        "Every stretch in which a task was active, task by task: two at once count twice. "
        "A task is active while it or one of its sub-tasks is."
    ),
    Figure.TOUCHED: marked(
        "Every stretch in which anything was active: time counts once, whoever was at work."
    ),
    Figure.ELAPSED: marked("From the first start to the last end, the gaps between included."),
}


@dataclass(frozen=True, slots=True)
class PartRow:
    """A stretch; `until` is its end where no head says so; `days` has 3 decimals: the column adds up."""

    start: str
    end: str
    until: str
    phase: values.PhaseTag | None
    tickets: tuple[values.TicketLink, ...]
    gap: str
    days: str


@dataclass(frozen=True, slots=True)
class PartGroup:
    """The stretches of one task with their sum; without a title where they belong to no single task."""

    title: values.TicketLink | None
    days: str
    rows: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class WhyPage:
    chrome: values.Chrome
    title: str
    of: str
    project: str
    back: str
    phase: values.PhaseTag | None
    total: str
    weeks: str
    rule: str
    summary: str
    table: Framed[Part]
    groups: tuple[PartGroup, ...]
    names_tasks: bool


class Which(StrEnum):
    """The only table of the page."""

    STRETCHES = "stretches"


def stretches(found: Explanation) -> Table[Part]:
    """Every stretch with the keys of the tasks that were active in it: of effort task by task, else by
    time."""
    first = marked("Task and its stretches") if _by_task(found) else marked("Active in it")
    columns: tuple[Column[Part], ...] = (
        Column("tasks", first, lambda part: part.tasks[0].id if part.tasks else None, _keys),
        instant_column("start", marked("From"), lambda part: part.start),
        instant_column("end", marked("To"), lambda part: part.end),
        phase_column(lambda part: part.phase),
        Column("days", marked("Working days"), lambda part: part.days),
    )
    return Table(Which.STRETCHES, found.parts, columns, len(columns))


def _keys(part: Part) -> str:
    return " ".join(task.key for task in part.tasks)


def _by_task(found: Explanation) -> bool:
    return found.question.figure is Figure.EFFORT


@router.get("/projects/{key}/why", response_class=HTMLResponse)
def get_why(
    request: Request,
    deps: Given,
    key: Key,
    as_of: AsOf,
    figure: Figure,
    asked: TableAsked,
    table: Which = Which.STRETCHES,
    phase: Phase | None = None,
    visit: Annotated[int | None, Query(ge=-(2**62), le=2**62)] = None,
) -> Response:
    """What a figure of a project is the sum of. `visit` is the start of a visit in milliseconds."""
    found = explain_figure(deps, key, as_of, Question(figure, phase, visit))
    if found.epic.key != key:
        return moved_to(request, f"/projects/{quote(found.epic.key, safe='')}/why")
    sheet = stretches(found)
    if asked.format is not None:
        return file_of(f"{key}-{figure}", sheet.rows, sheet.columns, asked)
    framed = AskedOne(table, asked).frame(sheet, here_of(request.scope))
    return HTMLResponse(render("pages/why.html", why_page(found, framed, as_of)))


def why_page(found: Explanation, table: Framed[Part], as_of: Instant | None) -> WhyPage:
    """Everything that the template prints."""
    dates = Dates(found.zone, found.as_of)
    asked = found.question
    tasks = {one.id for part in found.parts for one in part.tasks}
    return WhyPage(
        chrome=chrome_of(found.sync, found.now, dates, is_live=as_of is None),
        title=_(
            "%(figure)s: %(days)s working days", figure=_(NAMES[asked.figure]), days=_exactly(found.days)
        ),
        of=_of(asked, dates),
        project=found.epic.summary,
        back=Places(found.epic.key, as_of).page(),
        phase=None if asked.phase is None else phase_tag(asked.phase),
        total=_exactly(found.days),
        weeks=ngettext(
            "%(weeks)s weeks of %(num)s working day",
            "%(weeks)s weeks of %(num)s working days",
            found.week_days,
            weeks=tenth(found.days / found.week_days),
        ),
        rule=_(RULES[asked.figure]),
        summary=_(
            "%(stretches)s of %(tasks)s",
            stretches=ngettext("%(num)s stretch", "%(num)s stretches", len(found.parts)),
            tasks=ngettext("%(num)s task", "%(num)s tasks", len(tasks)),
        ),
        table=table,
        groups=_groups(table, dates, by_task=_by_task(found) and not table.is_asked),
        names_tasks=_by_task(found),
    )


def _of(asked: Question, dates: Dates) -> str:
    if asked.phase is None:
        return _("of the project")
    phase = phase_name(asked.phase)
    if asked.visit is None:
        return _("in %(phase)s", phase=phase)
    return _("in the visit to %(phase)s since %(day)s", phase=phase, day=dates.day(asked.visit))


def _groups(table: Framed[Part], dates: Dates, *, by_task: bool) -> tuple[PartGroup, ...]:
    """The stretches under their tasks, or as they are sorted."""
    if not by_task:
        rows = tuple(_row(part, dates) for part in table.rows)
        return (PartGroup(None, "", rows),) if rows else ()
    groups = []
    for __, some in groupby(table.rows, key=lambda part: part.tasks[0].id):
        parts = list(some)
        total = _exactly(sum(part.days for part in parts))
        groups.append(PartGroup(_link(parts[0].tasks[0]), total, tuple(_row(part, dates) for part in parts)))
    return tuple(groups)


def _row(part: Part, dates: Dates) -> PartRow:
    return PartRow(
        start=_at(part.start, dates),
        end=_("now") if part.end is None else _at(part.end, dates),
        until=_("up to now") if part.end is None else _("to %(moment)s", moment=_at(part.end, dates)),
        phase=None if part.phase is None else phase_tag(part.phase),
        tickets=tuple(_link(one) for one in part.tasks),
        gap="" if part.tasks else _("Nothing active"),
        days=_exactly(part.days),
    )


def _link(ticket: Ticket) -> values.TicketLink:
    return values.TicketLink(ticket.key, ticket.summary, wording.safe_href(ticket.url))


def _at(at: Instant, dates: Dates) -> str:
    return f"{dates.day(at)}, {dates.time(at)}"


def _exactly(days: float) -> str:
    return decimal(days, language(), 3, always=True)
