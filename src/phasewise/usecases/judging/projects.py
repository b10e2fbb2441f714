"""Projects judged: their figures, visits and findings, from all that ever was in them."""

from collections.abc import Mapping, Sequence

from phasewise.core.detectors import rabbit_hole
from phasewise.core.figures import ProjectFigures, TaskLife, settle
from phasewise.core.model import Finding, Instant, Interval, Kind, Phase
from phasewise.core.rulebook import Timeline
from phasewise.core.versions import numbered
from phasewise.store.db import Connection
from phasewise.store.derived import intervals_of, lives_of_projects, replace_projects, task_counts
from phasewise.store.findings import ABOUT_PROJECTS, replace_findings
from phasewise.store.histories import kinds_of
from phasewise.store.record_nouns import acceptances
from phasewise.store.upsert import grouped
from phasewise.usecases.judging.ground import Ground
from phasewise.usecases.judging.unrecorded import find_unrecorded

TASKS_AT_ONCE = 2000
"""In memory at a time: small projects together, a large one by itself."""


def judge_projects(connection: Connection, ground: Ground, marked: Sequence[str]) -> Sequence[str]:
    """Settle the figures of the marked issues that are projects, and find again what there is to find;
    drop both of the others."""
    kinds = kinds_of(connection, ground.site_id, [int(subject) for subject in marked])
    projects = [int(subject) for subject in marked if kinds.get(int(subject)) is Kind.PROJECT]
    others = [int(subject) for subject in marked if kinds.get(int(subject)) is not Kind.PROJECT]
    replace_projects(connection, ground.site_id, others, {})
    replace_findings(connection, ground.site_id, ABOUT_PROJECTS, others, ())
    sizes = task_counts(connection, ground.site_id, projects) if len(projects) > 1 else {}
    for some in grouped(projects, sizes, TASKS_AT_ONCE):
        epics = intervals_of(connection, ground.site_id, some)
        lives = lives_of_projects(connection, ground.site_id, some)
        counts = {n: ground.policies.for_project(n) for n in some}
        settled = {n: settle(n, epics.get(n, ()), lives[n], counts[n].calendar) for n in some}
        replace_projects(connection, ground.site_id, some, settled)
        accepted = acceptances(connection, ground.site_id, some)
        found = [
            finding
            for n in some
            for finding in _holes(counts[n], epics.get(n, ()), lives[n], settled[n], accepted.get(n, {}))
        ]
        found += find_unrecorded(connection, ground, {n: (epics.get(n, ()), lives[n]) for n in some})
        replace_findings(connection, ground.site_id, ABOUT_PROJECTS, some, found)
    return marked


def _holes(
    counts: Timeline,
    epic: Sequence[Interval],
    lives: Sequence[TaskLife],
    figures: ProjectFigures,
    accepted: Mapping[Phase, Sequence[Instant]],
) -> Sequence[Finding]:
    limits = counts.newest.limits
    return numbered(counts, rabbit_hole(epic, lives, figures, counts.calendar, limits, accepted))
