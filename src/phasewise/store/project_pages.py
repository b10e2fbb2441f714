"""The read side of one project's page: its tasks at an instant, what was finished, what was worked in it.

Every question begins with the tasks that were ever seen in the project: it costs what the project holds,
however large the site is. Called by usecases/as_of.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, and_, bindparam, or_, select

from phasewise.core.model import Group, Instant, Kind, Piece
from phasewise.store.boards import exists_at, lasts_at
from phasewise.store.derived import PHASES, PIECE
from phasewise.store.tables import completions, intervals, issues, parents_seen, pieces
from phasewise.store.upsert import AS_OF, SITE, fetch_many

ALL = 2**31 - 1
"""As many rows as there are."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that entered done while in the project; `age_ticks` None where its history is incomplete."""

    task: int
    done_at: Instant
    age_ticks: int | None


_seen_in = select(parents_seen.c.issue_id).where(
    parents_seen.c.site_id == SITE, parents_seen.c.reference == bindparam("reference")
)
"""The issues whose judging looked the project up: never fewer than the tasks that ever were in it."""

_in_project: BindParameter[Any] = bindparam("project")
_tasks = (
    select(intervals.c.issue_id)
    .join(issues, and_(issues.c.site_id == intervals.c.site_id, issues.c.issue_id == intervals.c.issue_id))
    .where(
        intervals.c.site_id == SITE,
        intervals.c.issue_id.in_(_seen_in),
        intervals.c.project_id == _in_project,
        lasts_at(AS_OF),
        issues.c.kind == Kind.TASK,
        exists_at(AS_OF),
    )
)
_open_tasks = _tasks.where(intervals.c.group != Group.DONE).order_by(intervals.c.issue_id)
_done_tasks = (
    _tasks.where(intervals.c.group == Group.DONE)
    .order_by(intervals.c.start.desc(), intervals.c.issue_id.desc())
    .limit(bindparam("limit"))
)
_c = completions.c
_was_there = and_(
    intervals.c.site_id == _c.site_id,
    intervals.c.issue_id == _c.task_id,
    intervals.c.start <= _c.done_at,
    or_(intervals.c.end.is_(None), intervals.c.end > _c.done_at),
    intervals.c.project_id == _in_project,
)
_finished = (
    select(_c.task_id, _c.done_at, _c.age_ticks)
    .join(intervals, _was_there)
    .where(
        _c.site_id == SITE,
        _c.task_id.in_(_seen_in),
        _c.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(_c.done_at, _c.task_id)
)
_pieces = (
    select(*(pieces.c[name] for name in PIECE))
    .where(
        pieces.c.site_id == SITE,
        pieces.c.project_id == _in_project,
        pieces.c.start < AS_OF,
        or_(pieces.c.end.is_(None), pieces.c.end > bindparam("since")),
    )
    .order_by(pieces.c.start, pieces.c.task_id)
)


def open_tasks(connection: Connection, site_id: int, project: int, as_of: Instant) -> list[int]:
    """The tasks that are in the project at `as_of` and not done, by id."""
    asked = {"site": site_id, "project": project, "reference": str(project), "as_of": as_of}
    return [row[0] for row in fetch_many(connection, _open_tasks, **asked)]


def done_tasks(
    connection: Connection, site_id: int, project: int, as_of: Instant, limit: int | None
) -> list[int]:
    """Those that are done, the latest first, no more than `limit`."""
    asked = {"site": site_id, "project": project, "reference": str(project), "as_of": as_of}
    return [row[0] for row in fetch_many(connection, _done_tasks, **asked, limit=limit or ALL)]


def finished_in(
    connection: Connection, site_id: int, project: int, first_day: int, last_day: int
) -> list[Finished]:
    """Tasks that entered done on these local days (proleptic ordinals, both included) while they were in the
    project, oldest first."""
    asked = {"site": site_id, "project": project, "reference": str(project)}
    rows = fetch_many(connection, _finished, **asked, first=first_day, last=last_day)
    return [Finished(*row) for row in rows]


def pieces_in(
    connection: Connection, site_id: int, project: int, as_of: Instant, since: Instant = 0
) -> list[Piece]:
    """What was worked in the project before `as_of` and did not end by `since`, by start and task. What ends
    later than `as_of` is open."""
    asked = {"site": site_id, "project": project, "as_of": as_of, "since": since}
    return [
        Piece(task, start, None if end is None or end >= as_of else end, PHASES[phase], there)
        for task, start, end, phase, there in fetch_many(connection, _pieces, **asked)
    ]
