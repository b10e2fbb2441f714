"""Projects judged: their figures, visits and findings, from all that ever was in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from phasewise.core.detectors import open_visits, rabbit_hole
from phasewise.core.figures import RECENT_MS, ProjectFigures, TaskLife, settle
from phasewise.core.model import Finding, Instant, Interval, Kind, Phase
from phasewise.core.quiet import first_reached
from phasewise.core.rulebook import Timeline
from phasewise.core.stretches import FOREVER
from phasewise.core.versions import numbered
from phasewise.store.db import Connection
from phasewise.store.derived import (
    intervals_of,
    lives_of_projects,
    replace_projects,
    task_counts,
)
from phasewise.store.dirty import EVER, Marks
from phasewise.store.findings import ABOUT_PROJECTS, follow_from, replace_findings
from phasewise.store.histories import kinds_of
from phasewise.store.past import pieces_in
from phasewise.store.record_nouns import acceptances
from phasewise.store.settled import known_visits, project_since, settled_before, without_done
from phasewise.store.upsert import grouped
from phasewise.usecases.judging.ground import Ground
from phasewise.usecases.judging.unrecorded import Lives, find_unrecorded

TASKS_AT_ONCE = 2000
"""In memory at a time: small projects together, a large one by itself."""


def judge_projects(connection: Connection, ground: Ground, marked: Marks) -> Collection[str]:
    """Settle the figures of the marked issues that are projects, and find again what there is to find;
    drop both of the others."""
    kinds = kinds_of(connection, ground.site_id, [int(subject) for subject in marked])
    projects = [int(subject) for subject in marked if kinds.get(int(subject)) is Kind.PROJECT]
    others = [int(subject) for subject in marked if kinds.get(int(subject)) is not Kind.PROJECT]
    replace_projects(connection, ground.site_id, others, {})
    replace_findings(connection, ground.site_id, ABOUT_PROJECTS, others, ())
    again = [n for n in projects if not _from_then_on(connection, ground, n, marked[str(n)])]
    sizes = task_counts(connection, ground.site_id, again) if len(again) > 1 else {}
    for some in grouped(again, sizes, TASKS_AT_ONCE):
        epics = intervals_of(connection, ground.site_id, some)
        lives = lives_of_projects(connection, ground.site_id, some)
        calendars = {n: ground.policies.for_project(n).calendar for n in some}
        settled = {n: settle(n, epics.get(n, ()), lives[n], calendars[n]) for n in some}
        replace_projects(connection, ground.site_id, some, settled)
        found = _findings(connection, ground, {n: (epics.get(n, ()), lives[n]) for n in some}, settled)
        replace_findings(connection, ground.site_id, ABOUT_PROJECTS, some, found)
    return marked.keys()


def _from_then_on(connection: Connection, ground: Ground, project: int, since: Instant) -> bool:
    """The same for one project of which nothing changed before an instant: visits and findings that were
    settled before stay. Whether it can: not where the last thing that happened is long gone."""
    if since == EVER:
        return False
    worked = pieces_in(connection, ground.site_id, [project], FOREVER)
    known = known_visits(connection, ground.site_id, project)
    still_open = open_visits(
        [visit for visit, _ in known], [piece for some in worked.values() for piece in some], since
    )
    visits_since = min([since, *(visit.start for visit in still_open)])
    fruitless = without_done(connection, ground.site_id, project, still_open, since)
    findings = follow_from(connection, ground.site_id, ABOUT_PROJECTS, project)
    at = first_reached(findings, min([since, *(visit.start for visit in fruitless)]))
    read_since = min(at, since - 2 * RECENT_MS)
    epic, lives = project_since(connection, ground.site_id, project, worked, read_since)
    calendar = ground.policies.for_project(project).calendar
    figures = settle(project, epic, lives, calendar, settled=settled_before(known, visits_since))
    if figures.settled_at - RECENT_MS < read_since:
        return False
    replace_projects(connection, ground.site_id, [project], {project: figures}, visits_since)
    later = replace(figures, visits=tuple(one for one in figures.visits if one.visit.start >= at))
    found = _findings(connection, ground, {project: (epic, lives)}, {project: later})
    found = [finding for finding in found if finding.start >= at]
    replace_findings(connection, ground.site_id, ABOUT_PROJECTS, [project], found, at)
    return True


def _findings(
    connection: Connection, ground: Ground, projects: Lives, settled: Mapping[int, ProjectFigures]
) -> list[Finding]:
    visited = [n for n in projects if settled[n].visits]
    accepted = acceptances(connection, ground.site_id, visited) if visited else {}
    holes = [
        finding
        for n, (epic, lives) in projects.items()
        for finding in _holes(ground.policies.for_project(n), epic, lives, settled[n], accepted.get(n, {}))
    ]
    return holes + find_unrecorded(connection, ground, projects)


def _holes(
    counts: Timeline,
    epic: Sequence[Interval],
    lives: Sequence[TaskLife],
    figures: ProjectFigures,
    accepted: Mapping[Phase, Sequence[Instant]],
) -> Sequence[Finding]:
    limits = counts.newest.limits
    return numbered(counts, rabbit_hole(epic, lives, figures, counts.calendar, limits, accepted))
