"""The read side of projects at a past instant: of all that was in them, what their figures follow from.

Called by usecases/as_of/projects, where the settled figures are of a later instant.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, or_, select

from phasewise.core.figures import TaskLife
from phasewise.core.model import Instant, Interval, Piece
from phasewise.store.derived import PHASES, PIECE, intervals_of, subtasks_of, task_counts, tasks_seen_in
from phasewise.store.tables import intervals, pieces
from phasewise.store.upsert import batched, fetch_many, grouped

TASKS_AT_ONCE = 5000
"""In memory at a time: what most teams have as a whole, or one large project by itself."""


def projects_before(
    connection: Connection, site_id: int, projects: Sequence[int], as_of: Instant, since: Instant
) -> Iterator[tuple[int, tuple[Interval, ...], list[TaskLife]]]:
    """(project, its epic's intervals, its tasks), begun before `as_of`: all the active pieces in the project,
    but of the intervals only those that had not ended by `since`. So the state of a task at `as_of` is there,
    and who worked on it since, and not the many changes before."""
    for some in grouped(projects, task_counts(connection, site_id, projects), TASKS_AT_ONCE):
        removed, mentions = tasks_seen_in(connection, site_id, some)
        subtasks = subtasks_of(connection, site_id, removed)
        issues = [*some, *removed, *(subtask for each in subtasks.values() for subtask in each)]
        lately = or_(intervals.c.end.is_(None), intervals.c.end > since)
        lasting = intervals_of(connection, site_id, issues, intervals.c.start < as_of, lately)
        worked = _pieces_in(connection, site_id, some, as_of)
        lives: defaultdict[int, list[TaskLife]] = defaultdict(list)
        for task, project in mentions:
            own, stretches = lasting.get(task, ()), tuple(worked.get((project, task), ()))
            if stretches or any(interval.project == project for interval in own):
                parts = tuple(lasting[part] for part in subtasks.get(task, ()) if part in lasting)
                lives[project].append(TaskLife(task, own, parts, stretches, removed[task]))
        for project in some:
            yield project, lasting.get(project, ()), lives[project]


def _pieces_in(
    connection: Connection, site_id: int, projects: Sequence[int], as_of: Instant
) -> dict[tuple[int, int], list[Piece]]:
    """The pieces that lie in one of the projects and began before `as_of`, by project and task, in order."""
    found: defaultdict[tuple[int, int], list[Piece]] = defaultdict(list)
    columns = [pieces.c[name] for name in PIECE]
    for some in batched(projects):
        which = (pieces.c.site_id == site_id, pieces.c.project_id.in_(some), pieces.c.start < as_of)
        statement = select(*columns).where(*which).order_by(pieces.c.project_id, pieces.c.start)
        for task, start, end, phase, project in fetch_many(connection, statement):
            found[project, task].append(Piece(task, start, end, PHASES[phase], project))
    return found
