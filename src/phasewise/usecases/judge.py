"""From what Jira said to what follows: intervals, findings, figures, for all that is marked.

Called after every synchronisation. Each chunk is one transaction that takes the marks away with the
result, so that a kill at any instant leaves either the old rows with their mark or the new ones without.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.store.closure import forget_unreadable
from phasewise.store.db import Connection
from phasewise.store.dirty import What, is_clean, take, unmark, which_are_marked
from phasewise.store.issues import set_aside
from phasewise.store.sites import WRITING_ISSUES, lock, raise_revision
from phasewise.store.spread import learn_spread
from phasewise.usecases.deps import Deps
from phasewise.usecases.judging.families import judge_families
from phasewise.usecases.judging.ground import Ground, ground_of
from phasewise.usecases.judging.persons import judge_persons
from phasewise.usecases.judging.projects import judge_projects

log = get_log(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """How one kind of subject is judged, so many at once; `judging` returns all the subjects it judged."""

    what: What
    at_once: int
    judging: Callable[[Connection, Ground, Sequence[str]], Collection[int | str]]


ISSUES = Step(What.ISSUE, 500, judge_families)
STEPS = (
    ISSUES,
    Step(What.PROJECT, 20, judge_projects),
    Step(What.PERSON, 10, judge_persons),
)
"""In this order, because a later one follows from what the earlier ones write."""

MANY = 1000
"""After so many marks the tables are no longer what the database took them for."""


@dataclass(frozen=True, slots=True)
class JudgeReport:
    """How many marks were judged."""

    issues: int = 0
    projects: int = 0
    persons: int = 0


def judge(deps: Deps, *, judged_before: int = 0) -> JudgeReport:
    """Derive again all that is marked, until nothing is. Raises StoreError; what is done by then stays.
    `judged_before` is how many marks `judge_issues` and `judge_some` took away already.

    A subject that cannot be judged, for a reason nobody foresaw, is set aside with it; the others are judged.
    """
    counts = dict.fromkeys(What, 0)
    deps.database.transact(lambda connection: _ground(deps, connection))
    while not _is_clean(deps):
        for step in STEPS:
            while judged := _some(deps, step):
                counts[step.what] += judged
    if judged_before + sum(counts.values()) >= MANY:
        deps.database.transact(learn_spread)
    return JudgeReport(counts[What.ISSUE], counts[What.PROJECT], counts[What.PERSON])


def judge_issues(deps: Deps, at_least: int) -> int:
    """Judge some of the issues that are marked, if so many are; returns how many marks that were.

    For judging while more issues are still being read; `judge` does what is left, projects and persons.
    """
    with deps.database.read() as connection:
        if len(which_are_marked(connection, deps.site_id, What.ISSUE, at_least)) < at_least:
            return 0
    return _some(deps, ISSUES)


def judge_some(deps: Deps) -> int:
    """Judge some of what is marked, projects and persons too; returns how many marks that were.

    For judging while Jira is still asked what is gone, once all issues have been read.
    """
    if _is_clean(deps):
        return 0
    return next((judged for step in STEPS if (judged := _some(deps, step))), 0)


def _some(deps: Deps, step: Step) -> int:
    """Judge some of what is marked; returns how many marks that were."""
    try:
        return deps.database.transact(partial(_chunk, deps, step))
    except PhasewiseError:
        raise
    except Exception:  # One subject that nobody foresaw must not keep all the others from being judged.
        log.exception("judge_chunk_failed", what=step.what.value)
    with deps.database.read() as connection:
        marked = which_are_marked(connection, deps.site_id, step.what, step.at_once)
    for subject in marked:
        _one(deps, step, subject)
    return len(marked)


def _chunk(deps: Deps, step: Step, connection: Connection) -> int:
    ground = _ground(deps, connection)
    marked = take(connection, deps.site_id, step.what, step.at_once)
    if marked:
        judged = step.judging(connection, ground, marked)
        forget_unreadable(connection, deps.site_id, [_reference(step, subject) for subject in judged])
        raise_revision(connection, deps.site_id)
    return len(marked)


def _one(deps: Deps, step: Step, subject: str) -> None:
    """Judge one marked subject; if that fails, keep the reason in the place of the mark."""

    def attempt(connection: Connection) -> None:
        ground = _ground(deps, connection)
        unmark(connection, deps.site_id, step.what, [subject])
        step.judging(connection, ground, [subject])
        raise_revision(connection, deps.site_id)

    def give_up(reason: str, connection: Connection) -> None:
        lock(connection, WRITING_ISSUES, deps.site_id)
        unmark(connection, deps.site_id, step.what, [subject])
        set_aside(connection, deps.site_id, _reference(step, subject), reason, deps.now())
        raise_revision(connection, deps.site_id)

    try:
        deps.database.transact(attempt)
    except PhasewiseError:
        raise
    except Exception as error:
        log.exception("judge_failed", what=step.what.value, subject=subject)
        reason = f"It cannot be judged ({type(error).__name__}: {error}); please report this"
        deps.database.transact(partial(give_up, reason))


def _reference(step: Step, subject: int | str) -> str:
    return f"judging {step.what.value} {subject}"[:255]


def _ground(deps: Deps, connection: Connection) -> Ground:
    lock(connection, WRITING_ISSUES, deps.site_id)
    return ground_of(connection, deps)


def _is_clean(deps: Deps) -> bool:
    with deps.database.read() as connection:
        return is_clean(connection, deps.site_id)
