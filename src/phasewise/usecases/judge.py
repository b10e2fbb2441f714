"""From what Jira said to what follows: intervals, findings, figures, for all that is marked.

Called after every synchronisation. Each chunk is one transaction that takes the marks away with the
result, so that a kill at any instant leaves either the old rows with their mark or the new ones without.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from phasewise.store.db import Connection
from phasewise.store.dirty import What, is_clean, take
from phasewise.store.sites import WRITING_ISSUES, lock
from phasewise.store.spread import learn_spread
from phasewise.usecases.deps import Deps
from phasewise.usecases.judging.families import judge_families
from phasewise.usecases.judging.ground import Ground, ground_of
from phasewise.usecases.judging.persons import judge_persons
from phasewise.usecases.judging.projects import judge_projects

Step = tuple[What, int, Callable[[Connection, Ground, Sequence[str]], None]]

STEPS: tuple[Step, ...] = (
    (What.ISSUE, 1000, judge_families),
    (What.PROJECT, 10, judge_projects),
    (What.PERSON, 20, judge_persons),
)
"""In this order, because a later one follows from what the earlier ones write; so many subjects at once."""

MANY = 1000
"""After so many marks the tables are no longer what the database took them for."""


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """How many marks were judged."""

    issues: int = 0
    projects: int = 0
    persons: int = 0


def judge(deps: Deps) -> JudgeReport:
    """Derive again all that is marked, until nothing is. Raises StoreError; what is done by then stays."""
    counts = dict.fromkeys(What, 0)
    deps.database.transact(lambda connection: _ground(deps, connection))
    while not _is_clean(deps):
        for step in STEPS:
            while judged := deps.database.transact(partial(_chunk, deps, step)):
                counts[step[0]] += judged
    if sum(counts.values()) >= MANY:
        deps.database.transact(learn_spread)
    return JudgeReport(counts[What.ISSUE], counts[What.PROJECT], counts[What.PERSON])


def _chunk(deps: Deps, step: Step, connection: Connection) -> int:
    """Judge some of what is marked; returns how many marks that were."""
    what, at_once, judging = step
    ground = _ground(deps, connection)
    marked = take(connection, deps.site_id, what, at_once)
    if marked:
        judging(connection, ground, marked)
    return len(marked)


def _ground(deps: Deps, connection: Connection) -> Ground:
    lock(connection, WRITING_ISSUES, deps.site_id)
    return ground_of(connection, deps.site_id, deps.policy)


def _is_clean(deps: Deps) -> bool:
    with deps.database.read() as connection:
        return is_clean(connection, deps.site_id)
