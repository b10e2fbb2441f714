"""From what Jira said to what follows: intervals, findings, figures, for all that is marked.

Called after every synchronisation. Each chunk is one transaction that takes the marks away with the
result, so that a kill at any instant leaves either the old rows with their mark or the new ones without.
"""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from phasewise.errors import PhasewiseError
from phasewise.log import get_log
from phasewise.meters import JUDGED
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
    """How one kind of subject is judged, `at_once` at most in a transaction, `first` of them before the clock
    is looked at; `judging` returns all the subjects it judged."""

    what: What
    first: int
    at_once: int
    judging: Callable[[Connection, Ground, Sequence[str]], Collection[int | str]]


ISSUES = Step(What.ISSUE, 500, 500, judge_families)
STEPS = (
    ISSUES,
    Step(What.PROJECT, 1, 20, judge_projects),
    Step(What.PERSON, 10, 10, judge_persons),
)
"""In this order, because a later one follows from what the earlier ones write."""

FEW = 5
"""So few marks of one kind are judged together with what follows from them: one change costs one transaction.
Of many no chunk may hold up whoever waits to write."""

LONG_SECONDS = 1.0
"""After so long a transaction takes nothing more: a project of 17,000 tasks takes two seconds, and whoever
waits to write waits for all of them together."""

GROWTH = 4
"""So many times more are taken after each look at the clock: small projects are read together."""

MANY = 1000
"""After so many marks the tables are no longer what the database took them for."""

Counts = dict[What, int]


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
    is_clean_now = False
    while not is_clean_now:
        marks, is_clean_now = _some(deps, STEPS)
        for what, number in marks.items():
            counts[what] += number
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
    return sum(_some(deps, [ISSUES])[0].values())


def judge_some(deps: Deps) -> int:
    """Judge some of what is marked, projects and persons too; returns how many marks that were.

    For judging while Jira is still asked what is gone, once all issues have been read.
    """
    return 0 if _is_clean(deps) else sum(_some(deps, STEPS)[0].values())


def _some(deps: Deps, steps: Sequence[Step]) -> tuple[Counts, bool]:
    """Judge some of what is marked; how many marks of each kind that were, and whether none are left."""
    try:
        marks, judged, is_last = deps.database.transact(partial(_chunk, deps, steps))
    except PhasewiseError:
        raise
    except Exception:  # One subject that nobody foresaw must not keep all the others from being judged.
        log.exception("judge_chunk_failed", what=[step.what.value for step in steps])
        marks = _one_by_one(deps, steps)
        return marks, not marks
    for what, count in judged.items():
        JUDGED.labels(what.value).inc(count)
    return marks, is_last


def _chunk(deps: Deps, steps: Sequence[Step], connection: Connection) -> tuple[Counts, Counts, bool]:
    """Judge the first kind that is marked, and the next ones as well where these were few. How many marks
    that were, how many subjects (with an issue all of its family is judged), and whether that were all."""
    ground = _ground(deps, connection)
    marks: Counts = {}
    judged: Counts = {}
    readable: list[str] = []
    is_last = True
    for step in steps:
        marked, subjects, is_long = _taken(deps, step, ground, connection)
        if marked:
            readable += [_reference(step, one) for one in subjects]
            marks[step.what], judged[step.what] = marked, len(subjects)
        if marked > FEW or is_long:
            is_last = False
            break
    if marks:
        forget_unreadable(connection, deps.site_id, readable)
        raise_revision(connection, deps.site_id)
    return marks, judged, is_last


def _taken(
    deps: Deps, step: Step, ground: Ground, connection: Connection
) -> tuple[int, list[int | str], bool]:
    """Judge what is marked of one kind until that takes long: how many marks that were, which subjects, and
    whether it took long."""
    until = time.monotonic() + LONG_SECONDS
    taken, part = 0, step.first
    subjects: list[int | str] = []
    while marked := take(connection, deps.site_id, step.what, min(part, step.at_once - taken)):
        subjects += step.judging(connection, ground, marked)
        taken += len(marked)
        if time.monotonic() > until:
            return taken, subjects, True
        if taken == step.at_once or len(marked) < part:
            break
        part *= GROWTH
    return taken, subjects, False


def _one_by_one(deps: Deps, steps: Sequence[Step]) -> Counts:
    """Judge some of the first kind that is marked, each by itself."""
    for step in steps:
        with deps.database.read() as connection:
            marked = which_are_marked(connection, deps.site_id, step.what, step.at_once)
        for subject in marked:
            _one(deps, step, subject)
        if marked:
            return {step.what: len(marked)}
    return {}


def _one(deps: Deps, step: Step, subject: str) -> None:
    """Judge one marked subject; if that fails, keep the reason in the place of the mark."""

    def attempt(connection: Connection) -> int:
        ground = _ground(deps, connection)
        unmark(connection, deps.site_id, step.what, [subject])
        judged = step.judging(connection, ground, [subject])
        raise_revision(connection, deps.site_id)
        return len(judged)

    def give_up(reason: str, connection: Connection) -> None:
        lock(connection, WRITING_ISSUES, deps.site_id)
        unmark(connection, deps.site_id, step.what, [subject])
        set_aside(connection, deps.site_id, _reference(step, subject), reason, deps.now())
        raise_revision(connection, deps.site_id)

    try:
        JUDGED.labels(step.what.value).inc(deps.database.transact(attempt))
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
