"""What follows from the histories: intervals, pieces, visits, figures, completions.

`judge` replaces them; the read side loads them. Rows are rebuilt as a whole, never patched.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, bindparam, cast, func, or_, select

from phasewise.core.calendar import Ticks
from phasewise.core.completions import Completion
from phasewise.core.figures import RECENT_MS, ProjectFigures, TaskLife, VisitFigures, visit_from_json
from phasewise.core.figures import from_json as figures_from_json
from phasewise.core.figures import to_json as as_json
from phasewise.core.model import PHASE_RANK, Group, Instant, Interval, Kind, Phase, Piece
from phasewise.core.rules import Held
from phasewise.core.stretches import FOREVER
from phasewise.store.tables import (
    completions,
    intervals,
    issues,
    parents_seen,
    pieces,
    project_figures,
    visits,
)
from phasewise.store.teams import Ours
from phasewise.store.text import to_json
from phasewise.store.upsert import AS_OF, SITE, SOME, batched, delete_some, fetch_many, insert_many

GROUPS: Mapping[str, Group] = {group.value: group for group in Group}
PHASES: Mapping[str, Phase] = {phase.value: phase for phase in Phase}
INTERVAL = ("issue_id", "start", "end", "status_id", "group", "phase", "person", "project_id", "flagged")
PIECE = ("task_id", "start", "end", "phase", "project_id")
HOLDING = ("counts_as", "by_assignment", "orphan")
NAMING = ("issue_id", "person", "project_id", "counts_as")
VISIT = ("start", "phase", "end", "is_return")
TALLIES = ("effort", "touched", "elapsed")

_of_issues = (intervals.c.site_id == SITE, intervals.c.issue_id.in_(SOME))
_of_persons = (intervals.c.site_id == SITE, intervals.c.person.in_(SOME))
_asking_for = (parents_seen.c.site_id == SITE, parents_seen.c.reference.in_(SOME))
_lasting = select(*(intervals.c[name] for name in INTERVAL))
_holding = _lasting.add_columns(*(intervals.c[name] for name in HOLDING))
_before = _holding.where(*_of_issues)
_intervals = _lasting.where(*_of_issues).order_by(intervals.c.issue_id, intervals.c.start)
_held = _holding.where(
    *_of_persons, intervals.c.group != Group.DONE.value, intervals.c.counts_as.is_not(None)
)
_held_counts = select(intervals.c.person, func.count()).where(*_of_persons).group_by(intervals.c.person)
_projects = select(intervals.c.project_id).where(*_of_issues, intervals.c.project_id.is_not(None)).distinct()
_pieces = (
    select(*(pieces.c[name] for name in PIECE))
    .where(pieces.c.site_id == SITE, pieces.c.task_id.in_(SOME))
    .order_by(pieces.c.task_id, pieces.c.start)
)
_subtasks = select(issues.c.issue_id, issues.c.parent_id).where(
    issues.c.site_id == SITE, issues.c.parent_id.in_(SOME), issues.c.kind == Kind.SUBTASK.value
)
_same_issue = (issues.c.site_id == parents_seen.c.site_id) & (issues.c.issue_id == parents_seen.c.issue_id)
_seen = (
    select(parents_seen.c.issue_id, parents_seen.c.reference, issues.c.removed_at)
    .join(issues, _same_issue)
    .where(*_asking_for, issues.c.kind == Kind.TASK.value)
)
_asking = (
    select(parents_seen.c.reference, func.count()).where(*_asking_for).group_by(parents_seen.c.reference)
)


_ages = select(completions.c.day, completions.c.age_ticks).where(
    completions.c.site_id == SITE, completions.c.day.between(bindparam("first"), bindparam("last"))
)
_bodies = select(project_figures.c.project_id, cast(project_figures.c.body, Text)).where(
    project_figures.c.site_id == SITE,
    project_figures.c.project_id.in_(SOME),
    project_figures.c.settled_at < AS_OF,
)
_stays = select(visits.c.project_id, *(visits.c[name] for name in VISIT), cast(visits.c.tallies, Text)).where(
    visits.c.site_id == SITE,
    visits.c.project_id.in_(SOME),
    or_(visits.c.end.is_(None), visits.c.end > bindparam("since")),
)


@dataclass(slots=True)
class JudgedIssue:
    """One issue as judged. `assigned` are the starts of the intervals that came to their person as they were;
    `counts_as` is the task that its intervals count as, None for an epic's."""

    issue: int
    intervals: tuple[Interval, ...]
    assigned: frozenset[Instant]
    counts_as: int | None
    orphan: bool = False
    parents_seen: frozenset[str] = frozenset()
    pieces: tuple[Piece, ...] = ()
    completions: tuple[Completion, ...] = ()


# ------------------------------------------------------------------ written by `judge`


Row = tuple[Any, ...]
"""An interval as it is stored, without its site: the columns of INTERVAL and HOLDING."""


@dataclass(frozen=True, slots=True)
class Before:
    """The stored intervals of some issues, and which of these have any. An issue without any has no piece,
    completion or finding either: all of them follow from intervals."""

    issues: list[int]
    intervals: frozenset[Row]


@dataclass(frozen=True, slots=True)
class Touched:
    """Whom it touches that some intervals are other ones now: the `issues` whose they are, all the `projects`
    that these ever were in, `tasks` that sub-tasks among them count as, `persons` who hold or held them."""

    issues: set[int]
    projects: set[int]
    tasks: set[int]
    persons: set[str]


def judged_before(connection: Connection, site_id: int, ids: Iterable[int]) -> Before:
    """The intervals of these issues as they are stored."""
    rows: list[Row] = []
    for some in batched(ids):
        rows += fetch_many(connection, _before, site=site_id, some=some)
    return Before(sorted({row[0] for row in rows}), frozenset(rows))


def replace_issues(
    connection: Connection, site_id: int, judged: Sequence[JudgedIssue], before: Before
) -> Touched:
    """All that was derived of these issues gives way to what is derived now; whom that touches."""
    delete_some(connection, parents_seen, "issue_id", site_id, [one.issue for one in judged])
    for table, column in ((intervals, "issue_id"), (pieces, "task_id"), (completions, "task_id")):
        delete_some(connection, table, column, site_id, before.issues)
    lasting = [
        (*_interval_row(interval), one.counts_as, interval.start in one.assigned, one.orphan)
        for one in judged
        for interval in one.intervals
    ]
    rows = [(site_id, *row) for row in lasting]
    insert_many(connection, intervals, ("site_id", *INTERVAL, *HOLDING), rows)
    seen = [(site_id, parent, one.issue) for one in judged for parent in one.parents_seen]
    insert_many(connection, parents_seen, ("site_id", "reference", "issue_id"), seen)
    stretches = [
        (site_id, piece.task, piece.start, piece.end, str(piece.phase), piece.project)
        for one in judged
        for piece in one.pieces
    ]
    insert_many(connection, pieces, ("site_id", *PIECE), stretches)
    done = [(site_id, one.issue, *_completion_row(entry)) for one in judged for entry in one.completions]
    insert_many(connection, completions, ("site_id", "task_id", "day", "done_at", "age_ticks"), done)
    return _touched(before.intervals, lasting)


def _touched(before: frozenset[Row], now: Sequence[Row]) -> Touched:
    issue, person, project, counts_as = map((*INTERVAL, *HOLDING).index, NAMING)
    changed = before.symmetric_difference(now) if before else now
    changed_issues = {row[issue] for row in changed}
    return Touched(
        changed_issues,
        {row[project] for row in (*before, *now) if row[issue] in changed_issues} - {None},
        {row[counts_as] for row in changed if row[counts_as] != row[issue]} - {None},
        {row[person] for row in changed} - {None},
    )


def projects_of(connection: Connection, site_id: int, tasks: Iterable[int]) -> set[int]:
    """The projects in which these tasks ever were."""
    found: set[int] = set()
    for some in batched(tasks):
        found.update(connection.scalars(_projects, {"site": site_id, "some": some}))
    return found


def replace_projects(
    connection: Connection, site_id: int, ids: Sequence[int], settled: Mapping[int, ProjectFigures]
) -> None:
    """The visits and figures of these issues give way to the ones settled now; without any: no project."""
    delete_some(connection, visits, "project_id", site_id, ids)
    delete_some(connection, project_figures, "project_id", site_id, ids)
    stays, bodies = [], []
    for project, figures in settled.items():
        body = as_json(figures)
        for stay in body.pop("visits"):
            tallies = to_json({name: stay[name] for name in TALLIES})
            stays.append((site_id, project, *(stay[name] for name in VISIT), tallies))
        body["last_active"] = _lately(figures)
        bodies.append((site_id, project, figures.settled_at, to_json(body)))
    insert_many(connection, visits, ("site_id", "project_id", *VISIT, "tallies"), stays)
    insert_many(connection, project_figures, ("site_id", "project_id", "settled_at", "body"), bodies)


def _lately(figures: ProjectFigures) -> dict[str, Instant | None]:
    """Without those who were no longer its people when the project changed last: nobody asks for them."""
    since = figures.settled_at - RECENT_MS
    return {person: end for person, end in figures.last_active.items() if end is None or end > since}


# ------------------------------------------------------------------ read


def intervals_of(
    connection: Connection, site_id: int, ids: Iterable[int], *only: ColumnElement[bool]
) -> dict[int, tuple[Interval, ...]]:
    """The intervals of each issue, in order, `only` those wanted; one without any is left out."""
    found: defaultdict[int, list[Interval]] = defaultdict(list)
    statement = _intervals.where(*only) if only else _intervals
    for some in batched(ids):
        for row in fetch_many(connection, statement, site=site_id, some=some):
            found[row[0]].append(_to_interval(*row))
    return {issue: tuple(lasting) for issue, lasting in found.items()}


def pieces_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, tuple[Piece, ...]]:
    """The pieces of each task, in order; one without any is left out."""
    found: defaultdict[int, list[Piece]] = defaultdict(list)
    for some in batched(ids):
        for task, start, end, phase, project in fetch_many(connection, _pieces, site=site_id, some=some):
            found[task].append(Piece(task, start, end, PHASES[phase], project))
    return {task: tuple(stretches) for task, stretches in found.items()}


def subtasks_of(connection: Connection, site_id: int, ids: Iterable[int]) -> dict[int, list[int]]:
    """The sub-tasks of each task, by id; a task without any is left out."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for some in batched(ids):
        # Sorted here: in the order of its key SQLite would read the whole table for it.
        for subtask, parent in sorted(fetch_many(connection, _subtasks, site=site_id, some=some)):
            found[parent].append(subtask)
    return dict(found)


def lives_of_projects(
    connection: Connection, site_id: int, projects: Sequence[int]
) -> dict[int, list[TaskLife]]:
    """Every task that ever was in one of the projects, with all that counts as it, by project."""
    removed, mentions = tasks_seen_in(connection, site_id, projects)
    subtasks = subtasks_of(connection, site_id, removed)
    lasting = intervals_of(connection, site_id, [*removed, *(s for some in subtasks.values() for s in some)])
    stretches = pieces_of(connection, site_id, removed)
    lives: dict[int, list[TaskLife]] = {project: [] for project in projects}
    for task, project in mentions:
        own = lasting.get(task, ())
        if any(interval.project == project for interval in own):
            others = tuple(lasting[s] for s in subtasks.get(task, ()) if s in lasting)
            lives[project].append(TaskLife(task, own, others, stretches.get(task, ()), removed[task]))
    return lives


def tasks_seen_in(
    connection: Connection, site_id: int, projects: Sequence[int]
) -> tuple[dict[int, Instant | None], list[tuple[int, int]]]:
    """Tasks whose judging looked up one of the projects: when each was removed; (task, project) in order."""
    removed: dict[int, Instant | None] = {}
    mentions: list[tuple[int, int]] = []
    for some in batched(str(project) for project in projects):
        for task, project, removed_at in fetch_many(connection, _seen, site=site_id, some=some):
            removed[task] = removed_at
            mentions.append((task, int(project)))
    return removed, sorted(mentions)


def task_counts(connection: Connection, site_id: int, projects: Iterable[int]) -> dict[int, int]:
    """How many issues ever asked for each project: never less than the tasks that ever were in it."""
    counts: dict[int, int] = {}
    for some in batched(str(project) for project in projects):
        for project, tasks in fetch_many(connection, _asking, site=site_id, some=some):
            counts[int(project)] = tasks
    return counts


def held_counts(connection: Connection, site_id: int, persons: Sequence[str]) -> dict[str, int]:
    """How many intervals each person has: never fewer than what `held_by` gives."""
    counts: dict[str, int] = {}
    for some in batched(persons):
        counts.update(fetch_many(connection, _held_counts, site=site_id, some=some))
    return counts


def held_by(connection: Connection, site_id: int, persons: Sequence[str]) -> dict[str, list[Held]]:
    """What each person held that was not done: tasks and sub-tasks, never epics; in no order, for SQLite
    would sort all of a person's history in memory."""
    found: defaultdict[str, list[Held]] = defaultdict(list)
    for some in batched(persons):
        for row in fetch_many(connection, _held, site=site_id, some=some):
            counts_as, by_assignment, orphan = row[len(INTERVAL) :]
            held = Held(_to_interval(*row[: len(INTERVAL)]), counts_as, bool(by_assignment), bool(orphan))
            found[str(held.interval.person)].append(held)
    return dict(found)


def figures_of(
    connection: Connection,
    site_id: int,
    projects: Iterable[int],
    as_of: Instant,
    since: Instant | None = None,
) -> dict[int, ProjectFigures]:
    """The figures of each project, but that `last_active` goes back 28 days before its last change only; a
    project without any, or that changed at `as_of` or later, is left out.

    With `since`, visits that ended by then are left out: a long history costs no more than a short one.
    """
    found: dict[int, ProjectFigures] = {}
    for some in batched(projects):
        bodies = fetch_many(connection, _bodies, site=site_id, some=some, as_of=as_of)
        stays: dict[int, list[VisitFigures]] = {project: [] for project, _body in bodies}
        asked = {"site": site_id, "some": list(stays), "since": -FOREVER if since is None else since}
        for project, *stay in fetch_many(connection, _stays, **asked):
            stays[project].append(_stay(*stay))
        for project, body in bodies:
            visits_in_order = tuple(sorted(stays[project], key=_by_start))
            found[project] = replace(_figures(body), visits=visits_in_order)
    return found


def _by_start(one: VisitFigures) -> tuple[Instant, int]:
    return one.visit.start, PHASE_RANK[one.visit.phase]


@lru_cache(maxsize=500)
def _figures(body: str) -> ProjectFigures:
    """What a stored body says. Kept by its text: few projects have changed since a page was made last."""
    return figures_from_json({**json.loads(body), "visits": []})


@lru_cache(maxsize=4_000)
def _stay(
    start: Instant, phase: str, end: Instant | None, is_return: int | bool, tallies: str
) -> VisitFigures:
    """The same of a stored visit."""
    stay = {"start": start, "phase": phase, "end": end, "is_return": bool(is_return)}
    return visit_from_json({**stay, **json.loads(tallies)})


def ages_done(
    connection: Connection, site_id: int, first_day: int, last_day: int, ours: Ours | None = None
) -> list[tuple[int, Ticks | None]]:
    """The local day (a proleptic ordinal) and the age of each task that entered done on one of these days,
    both included, in no order: of all, or of those that were in the projects of a team when they did. Where
    no team is asked for, an index answers alone."""
    asked = {"site": site_id, "first": first_day, "last": last_day}
    c = completions.c
    statement = _ages if ours is None else _ages.where(ours.issue(c.task_id, site_id, c.done_at + 1))
    return [(day, ticks) for day, ticks in fetch_many(connection, statement, **asked)]


def _interval_row(i: Interval) -> tuple[Any, ...]:
    return (i.issue, i.start, i.end, i.status, str(i.group), str(i.phase), i.person, i.project, i.flagged)


def _to_interval(
    issue: int,
    start: Instant,
    end: Instant | None,
    status: str,
    group: str,
    phase: str,
    person: str | None,
    project: int | None,
    flagged: bool,
) -> Interval:
    return Interval(issue, start, end, status, GROUPS[group], PHASES[phase], person, project, bool(flagged))


def _completion_row(entry: Completion) -> tuple[int, Instant, int | None]:
    return (entry.day, entry.done_at, entry.age_ticks)
