"""What was never recorded of projects, found again; nothing where the site records none of it.

Called by `projects`. A site that never saved a plan or a deliverable is asked once for it, and no more.
"""

from collections.abc import Mapping, Sequence

from phasewise.core.figures import TaskLife
from phasewise.core.model import Finding, Interval
from phasewise.core.unrecorded import without_deliverables, without_plan
from phasewise.core.versions import numbered
from phasewise.store.db import Connection
from phasewise.store.record_history import NEVER, edits_by_project, recorded_since
from phasewise.usecases.judging.ground import Ground

Lives = Mapping[int, tuple[Sequence[Interval], Sequence[TaskLife]]]
"""By project the intervals of its epic, and every task that ever was in it."""


def find_unrecorded(connection: Connection, ground: Ground, projects: Lives) -> list[Finding]:
    """What is missing of these projects, and was."""
    since = recorded_since(connection, ground.site_id)
    if since == NEVER:
        return []
    saved = edits_by_project(connection, ground.site_id, list(projects))
    found: list[Finding] = []
    for project, (epic, lives) in projects.items():
        counts, edits = ground.policies.for_project(project), saved.get(project, [])
        if since.plans is not None:
            found += numbered(counts, without_plan(epic, lives, edits, since.plans))
        if since.deliverables is not None:
            found += numbered(counts, without_deliverables(epic, lives, edits, since.deliverables))
    return found
