"""The table behind ribbons: every stay of projects in a phase. Called by present and pages, and for reports.

Stays of one project that follow each other stand under its name, in whatever order the table is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from phasewise.core.digest import Digest
from phasewise.core.model import PHASE_RANK, Instant, Phase
from phasewise.i18n.speaking import marked
from phasewise.usecases.portfolio import ProjectFacts
from phasewise.web.columns import instant_column, phase_column
from phasewise.web.dates import Dates
from phasewise.web.portfolio_values import StayGroup, StayRow, StayTable
from phasewise.web.tables import Column, Framed, Table
from phasewise.web.wording import phase_tag, tenth

NAME = "stays"


@dataclass(frozen=True, slots=True)
class StayOf:
    """A stay of a project in a phase; `days` None: a report does not tell how long it took."""

    key: str
    project: str
    phase: Phase
    start: Instant
    end: Instant | None
    is_return: bool
    days: float | None = None


_FIRST: tuple[Column[StayOf], ...] = (
    Column("project", marked("Project"), lambda one: one.project),
    phase_column(lambda one: one.phase),
    instant_column("start", marked("From"), lambda one: one.start),
    instant_column("end", marked("To"), lambda one: one.end),
)
_DAYS: Column[StayOf] = Column("days", marked("Working days"), lambda one: one.days)
_LAST: tuple[Column[StayOf], ...] = (
    Column("is_return", marked("Return"), lambda one: one.is_return),
    Column("key", "key", lambda one: one.key),
)
WITH_DAYS: tuple[Column[StayOf], ...] = (*_FIRST, _DAYS, *_LAST)
WITHOUT: tuple[Column[StayOf], ...] = (*_FIRST, *_LAST)


def stays(projects: Iterable[ProjectFacts]) -> Table[StayOf]:
    """Those of the portfolio: project by project as they are shown, oldest first."""
    found = [
        StayOf(
            one.epic.key,
            one.epic.summary,
            stay.phase,
            stay.start,
            stay.end,
            stay.is_return,
            stay.elapsed_days,
        )
        for one in projects
        for stay in sorted(one.stays, key=lambda stay: (stay.start, PHASE_RANK[stay.phase]))
    ]
    return Table(NAME, found, WITH_DAYS, len(WITH_DAYS) - 1)


def stays_of_report(digest: Digest) -> Table[StayOf]:
    """Those of a weekly report: project by project as it has them, oldest first."""
    found = [
        StayOf(one.key, one.summary, span.phase, span.start, span.end, span.is_return)
        for one in digest.projects
        for span in sorted(one.ribbon, key=lambda span: (span.start, PHASE_RANK[span.phase]))
    ]
    return Table(NAME, found, WITHOUT, len(WITHOUT) - 1)


def stay_table(frame: Framed[StayOf], dates: Dates, goes_on: str) -> StayTable:
    """What the template prints; `goes_on` is said of a stay without an end."""
    has_days = any(head.name == _DAYS.name for head in frame.heads)
    groups = tuple(_groups(frame.rows, dates, goes_on))
    return StayTable(frame.heads, frame.files, frame.is_asked, groups, has_days)


def _groups(found: Sequence[StayOf], dates: Dates, goes_on: str) -> Iterable[StayGroup]:
    for key, some in groupby(found, key=lambda one: one.key):
        rows = list(some)
        yield StayGroup(rows[0].project, key, tuple(_row(one, dates, goes_on) for one in rows))


def _row(one: StayOf, dates: Dates, goes_on: str) -> StayRow:
    return StayRow(
        phase=phase_tag(one.phase),
        start=dates.day(one.start),
        end=goes_on if one.end is None else dates.day(one.end),
        days="" if one.days is None else tenth(one.days),
        is_return=one.is_return,
    )
