"""What of a project is settled before an instant, and what is not: judging goes on from there.

`judging.projects` calls it where nothing of a project changed before that instant.
"""

from collections.abc import Iterable
from typing import Any

from orjson import loads
from sqlalchemy import Connection, bindparam, exists, select

from phasewise.core.figures import Settled, TaskLife
from phasewise.core.model import Group, Instant, Interval, Phase, Piece, Visit
from phasewise.core.stretches import FOREVER, until
from phasewise.store.derived import GROUPS, PHASES, intervals_of, subtasks_of
from phasewise.store.past import Worked
from phasewise.store.tables import intervals, parents_seen, visits
from phasewise.store.upsert import SITE, fetch_many

_known_visits = select(*(visits.c[name] for name in ("phase", "start", "end", "is_return", "tallies"))).where(
    visits.c.site_id == SITE, visits.c.project_id == bindparam("project")
)
_now_in_project = select(*(intervals.c[name] for name in ("issue_id", "start", "group", "phase"))).where(
    intervals.c.site_id == SITE,
    intervals.c.project_id == bindparam("project"),
    intervals.c.project_id.is_not(None),
    intervals.c.end.is_(None),
)
_earlier = intervals.alias()
_was_undone = exists().where(
    _earlier.c.site_id == intervals.c.site_id,
    _earlier.c.issue_id == intervals.c.issue_id,
    _earlier.c.end == intervals.c.start,
    _earlier.c.group != Group.DONE.value,
)
_done_during = _now_in_project.where(
    intervals.c.group == Group.DONE.value,
    intervals.c.phase == bindparam("phase"),
    intervals.c.start >= bindparam("since"),
    intervals.c.start < bindparam("before"),
    _was_undone,
).limit(1)
_asked_for = select(parents_seen.c.issue_id).where(
    parents_seen.c.site_id == SITE, parents_seen.c.reference == bindparam("reference")
)


def known_visits(connection: Connection, site_id: int, project: int) -> list[tuple[Visit, Any]]:
    """The visits of a project as they were settled last, each with its tallies as they are stored."""
    rows = fetch_many(connection, _known_visits, site=site_id, project=project)
    return [(Visit(PHASES[row[0]], row[1], row[2], bool(row[3])), row[4]) for row in rows]


def settled_before(known: Iterable[tuple[Visit, Any]], before: Instant) -> Settled:
    """What those of the visits came to that began before an instant, all of them settled by then."""
    times: dict[Phase, tuple[int, int]] = {}
    ends: dict[Phase, Instant] = {}
    for visit, stored in known:
        if visit.start < before:
            tallies = loads(stored) if isinstance(stored, str) else stored
            effort, touched = times.get(visit.phase, (0, 0))
            spent, at_all = int(tallies["effort"][0]), int(tallies["touched"][0])
            times[visit.phase] = (effort + spent, touched + at_all)
            ends[visit.phase] = max(ends.get(visit.phase, visit.start), until(visit.end))
    return Settled(before, times, ends)


def project_since(
    connection: Connection, site_id: int, project: int, worked: Worked, since: Instant
) -> tuple[tuple[Interval, ...], list[TaskLife]]:
    """A project's epic and its tasks as they stand now, with all the active pieces `worked` in it, but of the
    intervals only those that had not ended before `since`. Of a task of which nothing happened since there is
    what it is now, and not whose."""
    values = {"site": site_id, "project": project}
    now = {row[0]: row for row in fetch_many(connection, _now_in_project, **values)}
    seen = (int(task) for (task,) in fetch_many(connection, _asked_for, site=site_id, reference=str(project)))
    tasks = {task for task, start, *_ in now.values() if start >= since}
    tasks.update(task for (_, task), stretches in worked.items() if until(stretches[-1].end) >= since)
    tasks.update(task for task in seen if task not in now)
    subtasks = subtasks_of(connection, site_id, tasks)
    ids = [project, *tasks, *(subtask for some in subtasks.values() for subtask in some)]
    lasting = intervals_of(connection, site_id, ids, (since - 1, FOREVER))
    lives = [
        _as_it_is(row, project, tuple(worked.get((project, row[0]), ())))
        for row in now.values()
        if row[0] not in tasks
    ]
    for task in tasks:
        own, stretches = lasting.get(task, ()), tuple(worked.get((project, task), ()))
        if stretches or any(interval.project == project for interval in own):
            parts = tuple(lasting[part] for part in subtasks.get(task, ()) if part in lasting)
            lives.append(TaskLife(task, own, parts, stretches, own[-1].end if own else since))
    return lasting.get(project, ()), lives


def _as_it_is(row: tuple[Any, ...], project: int, stretches: tuple[Piece, ...]) -> TaskLife:
    task, start, group, phase = row
    now = Interval(task, start, None, "", GROUPS[group], PHASES[phase], None, project, False)
    return TaskLife(task, (now,), (), stretches, None)


def without_done(
    connection: Connection, site_id: int, project: int, stays: Iterable[Visit], before: Instant
) -> list[Visit]:
    """Those of a project's visits of which it is not certain that a task was done in their phase, after they
    began and before an instant: looked for among the tasks that have been done in it ever since."""
    found = []
    for visit in stays:
        values = {"project": project, "phase": visit.phase.value, "since": visit.start, "before": before}
        if not fetch_many(connection, _done_during, site=site_id, **values):
            found.append(visit)
    return found
