"""The page /projects/{key}/why: a figure, and the stretches of work that add up to it. `app` includes it."""

from dataclasses import dataclass
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
from phasewise.usecases.instants import rfc3339
from phasewise.usecases.portfolio import Ticket
from phasewise.web import values, wording
from phasewise.web.dates import Dates
from phasewise.web.deps import AsOf, Given
from phasewise.web.freshness import chrome_of
from phasewise.web.here import Here, here_of
from phasewise.web.project_parts import Places
from phasewise.web.projects import Key, moved_to
from phasewise.web.tables import Column, TableAsked, file_of, files_of
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
    by_task: bool
    groups: tuple[PartGroup, ...]
    files: tuple[values.Link, ...]


COLUMNS: tuple[Column[Part], ...] = (
    Column("start", "start", lambda part: part.start, lambda part: rfc3339(part.start)),
    Column("end", "end", lambda part: part.end, lambda part: None if part.end is None else rfc3339(part.end)),
    Column("phase", "phase", lambda part: part.phase),
    Column("tasks", "tasks", lambda part: " ".join(task.key for task in part.tasks)),
    Column("days", "days", lambda part: part.days),
)
"""Of the file: every stretch with the keys of the tasks that were active in it."""


@router.get("/projects/{key}/why", response_class=HTMLResponse)
def get_why(
    request: Request,
    deps: Given,
    key: Key,
    as_of: AsOf,
    figure: Figure,
    table: TableAsked,
    phase: Phase | None = None,
    visit: Annotated[int | None, Query(ge=-(2**62), le=2**62)] = None,
) -> Response:
    """What a figure of a project is the sum of. `visit` is the start of a visit in milliseconds."""
    found = explain_figure(deps, key, as_of, Question(figure, phase, visit))
    if found.epic.key != key:
        return moved_to(request, f"/projects/{quote(found.epic.key, safe='')}/why")
    if table.format is not None:
        return file_of(f"{key}-{figure}", found.parts, COLUMNS, table)
    return HTMLResponse(render("pages/why.html", why_page(found, as_of, here_of(request.scope))))


def why_page(found: Explanation, as_of: Instant | None, here: Here) -> WhyPage:
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
        by_task=asked.figure is Figure.EFFORT,
        groups=_groups(found, dates),
        files=files_of(here.changed) if found.parts else (),
    )


def _of(asked: Question, dates: Dates) -> str:
    if asked.phase is None:
        return _("of the project")
    phase = phase_name(asked.phase)
    if asked.visit is None:
        return _("in %(phase)s", phase=phase)
    return _("in the visit to %(phase)s since %(day)s", phase=phase, day=dates.day(asked.visit))


def _groups(found: Explanation, dates: Dates) -> tuple[PartGroup, ...]:
    if found.question.figure is not Figure.EFFORT:
        rows = tuple(_row(part, dates) for part in found.parts)
        return (PartGroup(None, "", rows),) if rows else ()
    groups = []
    for __, some in groupby(found.parts, key=lambda part: part.tasks[0].id):
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
