"""The read side of one project's page: its tasks at an instant, what was finished, what was worked in it.

Every question begins with the tasks that were ever seen in the project: it costs what the project holds,
however large the site is. Called by usecases/as_of.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, Select, and_, or_, select

from phasewise.core.model import Group, Instant, Kind, Piece
from phasewise.store.boards import exists_at, lasts_at
from phasewise.store.derived import PHASES, PIECE
from phasewise.store.tables import completions, intervals, issues, parents_seen, pieces


@dataclass(frozen=True, slots=True)
class Finished:
    """A task that entered done while in the project; `age_ticks` None where its history is incomplete."""

    task: int
    done_at: Instant
    age_ticks: int | None


def open_tasks(connection: Connection, site_id: int, project: int, as_of: Instant) -> list[int]:
    """The tasks that are in the project at `as_of` and not done, by id."""
    statement = _tasks(site_id, project, as_of).where(intervals.c.group != Group.DONE)
    return list(connection.scalars(statement.order_by(intervals.c.issue_id)))


def done_tasks(
    connection: Connection, site_id: int, project: int, as_of: Instant, limit: int | None
) -> list[int]:
    """Those that are done, the latest first, no more than `limit`."""
    statement = _tasks(site_id, project, as_of).where(intervals.c.group == Group.DONE)
    latest = statement.order_by(intervals.c.start.desc(), intervals.c.issue_id.desc())
    return list(connection.scalars(latest.limit(limit)))


def _tasks(site_id: int, project: int, as_of: Instant) -> Select[tuple[int]]:
    same = and_(issues.c.site_id == intervals.c.site_id, issues.c.issue_id == intervals.c.issue_id)
    return (
        select(intervals.c.issue_id)
        .join(issues, same)
        .where(
            intervals.c.site_id == site_id,
            intervals.c.issue_id.in_(_seen_in(site_id, project)),
            intervals.c.project_id == project,
            lasts_at(as_of),
            issues.c.kind == Kind.TASK,
            exists_at(as_of),
        )
    )


def finished_in(
    connection: Connection, site_id: int, project: int, first_day: int, last_day: int
) -> list[Finished]:
    """Tasks that entered done on these local days (proleptic ordinals, both included) while they were in the
    project, oldest first."""
    c = completions.c
    there = and_(
        intervals.c.site_id == c.site_id,
        intervals.c.issue_id == c.task_id,
        intervals.c.start <= c.done_at,
        or_(intervals.c.end.is_(None), intervals.c.end > c.done_at),
        intervals.c.project_id == project,
    )
    statement = (
        select(c.task_id, c.done_at, c.age_ticks)
        .join(intervals, there)
        .where(
            c.site_id == site_id,
            c.task_id.in_(_seen_in(site_id, project)),
            c.day >= first_day,
            c.day <= last_day,
        )
        .order_by(c.done_at, c.task_id)
    )
    return [Finished(*row) for row in connection.execute(statement)]


def pieces_in(
    connection: Connection, site_id: int, project: int, as_of: Instant, since: Instant = 0
) -> list[Piece]:
    """What was worked in the project before `as_of` and did not end by `since`, by start and task. What ends
    later than `as_of` is open."""
    statement = (
        select(*(pieces.c[name] for name in PIECE))
        .where(
            pieces.c.site_id == site_id,
            pieces.c.project_id == project,
            pieces.c.start < as_of,
            or_(pieces.c.end.is_(None), pieces.c.end > since),
        )
        .order_by(pieces.c.start, pieces.c.task_id)
    )
    return [
        Piece(task, start, None if end is None or end >= as_of else end, PHASES[phase], there)
        for task, start, end, phase, there in connection.execute(statement)
    ]


def _seen_in(site_id: int, project: int) -> Select[tuple[int]]:
    """The issues whose judging looked the project up: never fewer than the tasks that ever were in it."""
    return select(parents_seen.c.issue_id).where(
        parents_seen.c.site_id == site_id, parents_seen.c.reference == str(project)
    )
